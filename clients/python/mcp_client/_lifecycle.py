"""The way of a connection: opening, welcome, resume or hello, ready, and what follows when it is lost."""

from __future__ import annotations

import platform
from collections.abc import Callable
from enum import Enum
from typing import Any

from . import _incoming as incoming
from ._errors import MCPError, make_error
from ._heartbeat import Heartbeat
from ._link import Ending, ReconnectPlan
from ._local import LocalDiagnostics
from ._meter import Meter
from ._options import ClientOptions
from ._outbox import Outbox
from ._outputs import Drop, Open, SessionLost, State
from ._session import SessionState
from ._subscriptions import Subscriptions
from ._table import RequestTable
from ._timers import Timers
from ._types import ConnectionState, ServerInfo

ABANDON = 4000
"""The client gives a connection up but not its session. Of the codes that keep a session, browsers may send only 3000 to 4999."""

HEARTBEAT_TIMEOUT = 4408


class Step(Enum):
    """Where the connection is on its way."""

    NONE = "none"
    BACKOFF = "backoff"
    OPENING = "opening"
    WELCOME = "welcome"
    RESUME = "resume"
    REPLAY = "replay"
    HELLO = "hello"
    READY = "ready"


class Lifecycle:
    """Owns the state, the session and the plan of reconnecting."""

    def __init__(
        self,
        options: ClientOptions,
        outbox: Outbox,
        timers: Timers,
        meter: Meter,
        local: LocalDiagnostics,
        session: SessionState,
        table: RequestTable,
        random: Callable[[], float],
    ) -> None:
        self.state: ConnectionState = "closed"
        self.step = Step.NONE
        self.client_id: str | None = None
        self.server = ServerInfo()
        self.told: MCPError | None = None
        """The last error of this connection that named no request: a Close that says the same usually follows."""
        self.closing_error: MCPError | None = None
        """Why it is closed for good; None when the user closed it."""
        self.drain_delay_s = 0.0
        self.heartbeat = Heartbeat(options, outbox, timers, meter)
        self.subscriptions = Subscriptions(table, local)
        self._options = options
        self._outbox = outbox
        self._timers = timers
        self._meter = meter
        self._local = local
        self._session = session
        self._table = table
        self._plan = ReconnectPlan(options, random)
        self._was_ready = False
        self._ready_at = 0.0
        self._own_session_id = ""
        self._replay_left = 0
        self._in_flight: list[str] = []

    @property
    def has_transport(self) -> bool:
        return self.step not in (Step.NONE, Step.BACKOFF)

    # --- the way to ready ----------------------------------------------------------------------------------------------

    def begin(self, now: float) -> None:
        """A new life: nothing of an earlier one is left."""
        self._plan.reset()
        self._was_ready = False
        self._set_state("connecting")
        self.open(now)

    def open(self, now: float) -> None:
        self.step = Step.OPENING
        self.told = None
        self.drain_delay_s = 0.0
        self._timers.set("connect", now + self._options.connect_timeout_s)
        self._outbox.emit(Open(self._plan.attempts))

    def opened(self, now: float) -> None:
        if self.step is Step.OPENING:
            self.step = Step.WELCOME
            self.heartbeat.begin(now)

    def welcomed(self, data: dict[str, Any], now: float) -> bool:
        """False when no welcome was due."""
        if self.step is not Step.WELCOME:
            return False
        versions = data.get("protocol_versions")
        if not isinstance(versions, list) or self._options.protocol_version not in versions:
            details = {"supported": versions if isinstance(versions, list) else []}
            text = f"the server does not speak protocol {self._options.protocol_version}"
            self.drop(ABANDON, "version", Ending(make_error("INVALID_PROTOCOL_VERSION", text, details), False), now)
            return True
        client_id, session_id, interval = (data.get(name) for name in ("client_id", "session_id", "heartbeat_interval_s"))
        self.client_id = client_id if isinstance(client_id, str) else None
        self._own_session_id = session_id if isinstance(session_id, str) else ""
        self.server = incoming.to_server_info(data)
        self._outbox.limits = incoming.to_limits(data)
        self._table.wire.gate.set_limit(self._outbox.limits.messages_per_minute)
        self.heartbeat.told(interval if isinstance(interval, (int, float)) else None, now)
        if self._session.can_resume:
            self.step = Step.RESUME
            self._table.send_now("session/resume", self._session.resume_params(), now, self._resume_answered)
        else:
            self._hello(now)
        return True

    def _hello(self, now: float) -> None:
        self.step = Step.HELLO
        options = self._options
        resumable = options.resumable and "resume" in self.server.capabilities
        if resumable:
            self._session.begin()
        self._session.session_id = self._own_session_id
        client = {
            "name": options.client_name,
            "version": options.client_version,
            "platform": f"python {platform.python_version()}",
        }
        params = {"client": client, "resumable": resumable, "batching": options.batching}
        self._table.send_now("session/hello", params, now, self._hello_answered)

    def _hello_answered(self, result: Any, error: MCPError | None, now: float) -> None:
        if error is not None and error.retryable:
            self.drop(ABANDON, "not admitted", Ending(error, True, error.retry_after or 0.0), now)
            return
        told = result if isinstance(result, dict) else {}
        client_id, session_id = told.get("client_id"), told.get("session_id")
        self.client_id = client_id if isinstance(client_id, str) else self.client_id
        own = session_id if isinstance(session_id, str) else self._own_session_id
        self._session.granted(own, told.get("resume_token"), told.get("epoch"))
        self._ready(now)
        self.subscriptions.make_again(now)
        if self._was_ready:
            self._local.say("info", "reconnected", "connected again, with a new session")
        self._was_ready = True

    def _resume_answered(self, result: Any, error: MCPError | None, now: float) -> None:
        if error is not None and error.retryable:
            self.drop(ABANDON, "not admitted", Ending(error, True, error.retry_after or 0.0), now)
            return
        told = result if isinstance(result, dict) else {}
        if told.get("resumed") is not True:
            reason = str(told.get("reason", "refused" if error is None else error.code))
            self._session.forget()
            self._outbox.emit(SessionLost(reason))
            self._local.say("warning", "session_lost", f"the session could not be resumed: {reason}", reason=reason)
            self._table.session_gone(now)
            self._hello(now)
            return
        self._session.resumed(told.get("resume_token"))
        listed, replayed = told.get("in_flight"), told.get("replayed")
        self._in_flight = [name for name in listed if isinstance(name, str)] if isinstance(listed, list) else []
        self._replay_left = replayed if isinstance(replayed, int) else 0
        self.step = Step.REPLAY
        self._meter.resumed += 1
        text = f"the session is back, {self._replay_left} messages are replayed"
        self._local.say("info", "resumed", text, replayed=self._replay_left)
        self._end_replay(now)

    def numbered_message_taken(self, now: float) -> None:
        """One with a seq has been dealt with; the replay is over when all that were announced have."""
        if self.step is Step.REPLAY:
            self._replay_left -= 1
            self._end_replay(now)

    def _end_replay(self, now: float) -> None:
        if self._replay_left <= 0:
            self._ready(now)
            self._table.replayed(self._in_flight, now)

    def _ready(self, now: float) -> None:
        self.step = Step.READY
        self._ready_at = now
        self._timers.clear("connect")
        self._table.wire.ready = True
        self._table.wire.draining = False
        self.heartbeat.ready(now)
        self._set_state("connected")

    # --- the end of a connection -----------------------------------------------------------------------------------------

    def drop(self, code: int, reason: str, ending: Ending, now: float) -> None:
        """The client ends the connection."""
        self._outbox.emit(Drop(code, reason))
        self.lost(ending, now)

    def lost(self, ending: Ending, now: float) -> None:
        """The connection, or the attempt at one, is over."""
        error = ending.error
        if self.step is Step.READY:
            self._plan.lost_after(now - self._ready_at)
        self.step = Step.BACKOFF
        self._meter.last_error = error
        if not self._was_ready or not self._options.reconnect or not ending.may_reconnect:
            self.end(error, now)
            return
        delay = self._plan.next_delay(max(ending.named_delay_s, self.drain_delay_s))
        attempts = self._plan.attempts
        if delay is None:
            last = {"error_code": error.code, "error_message": error.message}
            details = {"attempts": attempts, "last_error": last}
            self.end(make_error("RECONNECTION_FAILED", f"gave up after {attempts} attempts", details), now)
            return
        self._stop_timers()
        self._meter.reconnect_attempts += 1
        self._timers.set("backoff", now + delay)
        first = self.state == "connected"
        self._set_state("reconnecting", error)
        text = f"{error.message}; attempt {attempts} in {delay:.1f} s"
        facts = {"attempt": attempts, "delay_ms": round(delay * 1000), "error_code": error.code}
        self._local.say("warning", "reconnecting", text, **facts)
        if first and not self._session.can_resume:
            self._outbox.emit(SessionLost("not_resumable"))
        self._table.connection_lost(session_kept=self._session.can_resume, now=now)

    def end(self, error: MCPError, now: float, *, by_user: bool = False) -> None:
        """Closed for good, until the user connects again."""
        if self._was_ready:
            self._outbox.emit(SessionLost("closed"))
        self.step = Step.NONE
        self._was_ready = False
        self._stop_timers()
        self._session.forget()
        self.closing_error = None if by_user else error
        if not by_user:
            self._meter.last_error = error
        self._table.fail_all(error, now)
        self._set_state("closed", self.closing_error)

    def _stop_timers(self) -> None:
        for key in ("connect", "ack", "backoff", "gate"):
            self._timers.clear(key)
        self.heartbeat.end()

    def _set_state(self, state: ConnectionState, error: MCPError | None = None) -> None:
        if state != self.state:
            self.state = state
            self._outbox.emit(State(state, error))
