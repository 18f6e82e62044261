"""What the user wants to be told, and making it so again after a session was lost."""

from __future__ import annotations

from typing import Any

from ._errors import MCPError
from ._local import LocalDiagnostics
from ._outputs import RequestSpec
from ._table import RequestTable


class Subscriptions:
    """Wanted events and diagnostics; a new session has none of them."""

    def __init__(self, table: RequestTable, local: LocalDiagnostics) -> None:
        self._table = table
        self._local = local
        self._events: dict[str, None] = {}  # a set that keeps the order
        self._diagnostics: dict[str, Any] | None = None

    def note(self, spec: RequestSpec) -> None:
        """The user's own requests say what is wanted."""
        names = spec.params.get("event_types")
        if spec.method == "events/subscribe" and isinstance(names, list):
            self._events.update(dict.fromkeys(names))
        elif spec.method == "events/unsubscribe" and isinstance(names, list):
            for name in names:
                self._events.pop(name, None)
        elif spec.method == "diagnostics/subscribe":
            self._diagnostics = dict(spec.params)
        elif spec.method == "diagnostics/unsubscribe":
            self._diagnostics = None

    def want_diagnostics(self, params: dict[str, Any] | None, now: float) -> None:
        """None: no longer. Said to the server at once when there is a connection, else with the next session."""
        had = self._diagnostics
        self._diagnostics = params
        if not self._table.wire.ready:
            return
        if params is not None:
            self._ask("diagnostics/subscribe", params, now)
        elif had is not None:
            self._ask("diagnostics/unsubscribe", {}, now)

    def make_again(self, now: float) -> None:
        """On a new session."""
        if self._events:
            self._ask("events/subscribe", {"event_types": list(self._events)}, now)
        if self._diagnostics is not None:
            self._ask("diagnostics/subscribe", self._diagnostics, now)

    def _ask(self, method: str, params: dict[str, Any], now: float) -> None:
        def answered(_: Any, error: MCPError | None, __: float) -> None:
            if error is not None:
                text = f"{method} failed: {error.message}"
                self._local.say("warning", "subscription_failed", text, method=method, error_code=error.code)

        self._table.add(RequestSpec(method=method, params=params), now, answered)
