"""How a connection ends and what follows: the error, whether to reconnect, and when."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from ._backoff import full_jitter
from ._codes import CLOSE_CODES, UNKNOWN_CLOSE, Reconnect, http_row
from ._errors import MCPError, make_error
from ._options import ClientOptions

_RETRY_AFTER = re.compile(r"retry_after_ms=(\d{1,15})")


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a connection, or an attempt at one, is over."""

    error: MCPError
    may_reconnect: bool
    named_delay_s: float = 0.0


def ending_of_close(code: int, reason: str, told: MCPError | None, options: ClientOptions) -> Ending:
    """`told` is the error the server sent just before, if any."""
    error_code, rule = CLOSE_CODES.get(code, UNKNOWN_CLOSE)
    found = _RETRY_AFTER.search(reason)
    details: dict[str, object] = {**(told.details if told is not None else {}), "close_code": code}
    if found is not None:
        details["retry_after_ms"] = int(found[1])
    text = told.message if told is not None else f"the connection ended with {code}" + (f" ({reason})" if reason else "")
    may = options.reconnect_on_normal_close if rule is Reconnect.AS_YOU_LIKE else rule is not Reconnect.NO
    error = make_error(error_code, text, details)
    return Ending(error, may, (error.retry_after or 0.0) if rule is Reconnect.AFTER_DELAY else 0.0)


def ending_of_handshake(status: int | None, retry_after_s: float | None, text: str, code: str | None) -> Ending:
    """`code` is the error code the body named, if it could be read."""
    default, rule = http_row(status)
    details: dict[str, object] = {} if status is None else {"status": status}
    if retry_after_s is not None:
        details["retry_after_ms"] = round(retry_after_s * 1000)
    return Ending(make_error(code or default, text, details), rule is not Reconnect.NO, retry_after_s or 0.0)


class ReconnectPlan:
    """Counts attempts and names delays (docs/design/clients.md, Backoff)."""

    HELD_S = 5.0
    """A connection that was ready this long ends the count: one that dies sooner may be a server that accepts and drops."""

    def __init__(self, options: ClientOptions, random: Callable[[], float]) -> None:
        self._options = options
        self._random = random
        self.attempts = 0
        """Attempts since the last connection that held."""

    def reset(self) -> None:
        self.attempts = 0

    def lost_after(self, ready_for_s: float) -> None:
        if ready_for_s >= self.HELD_S:
            self.attempts = 0

    def next_delay(self, named_s: float) -> float | None:
        """Seconds until the next attempt, or None when it is time to give up."""
        options = self._options
        if options.reconnect_max_attempts is not None and self.attempts >= options.reconnect_max_attempts:
            return None
        jitter = full_jitter(
            self._random, options.reconnect_initial_delay_s, options.reconnect_max_delay_s, self.attempts
        )
        self.attempts += 1
        return named_s + jitter
