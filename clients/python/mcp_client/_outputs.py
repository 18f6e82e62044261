"""What the core asks of the shell, and what the shell hands to the core."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from ._errors import MCPError
from ._types import ConnectionState, Diagnostic, ServerEvent


@dataclass(frozen=True, slots=True)
class Open:
    """Open a transport; answer with `opened`, `open_failed` or `closed`."""

    attempt: int


@dataclass(frozen=True, slots=True)
class Send:
    """Send one text message."""

    text: str


@dataclass(frozen=True, slots=True)
class Drop:
    """Close the transport (also one that is still opening) and report nothing more of it."""

    code: int
    reason: str


@dataclass(frozen=True, slots=True)
class State:
    """The observable state changed; `error` says why when it is `closed` or `reconnecting`."""

    state: ConnectionState
    error: MCPError | None = None


@dataclass(frozen=True, slots=True)
class Resolve:
    """The request ended well."""

    handle: int
    result: Any
    metrics: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Fail:
    """The request ended with an error."""

    handle: int
    error: MCPError


@dataclass(frozen=True, slots=True)
class Chunk:
    """The next chunk of a stream."""

    handle: int
    index: int
    chunk: Any


@dataclass(frozen=True, slots=True)
class ProgressMade:
    """A request tells how far it is."""

    handle: int
    progress: float
    total: float | None
    message: str | None


@dataclass(frozen=True, slots=True)
class EventArrived:
    """An event that is not the core's own."""

    event: ServerEvent


@dataclass(frozen=True, slots=True)
class DiagnosticMade:
    """A diagnostic, the server's or a local one."""

    diagnostic: Diagnostic


@dataclass(frozen=True, slots=True)
class SessionLost:
    """What hung on the session is gone."""

    reason: str


Output = (
    Open | Send | Drop | State | Resolve | Fail | Chunk | ProgressMade | EventArrived | DiagnosticMade | SessionLost
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSpec:
    """A request as the caller wants it; the core gives it ids."""

    method: str
    params: dict[str, Any] = field(default_factory=dict)
    timeout_s: float | None = None
    idempotency_key: str | None = None
    idempotent: bool | None = None
    traceparent: str | None = None
    group: int | None = None

    @property
    def tool(self) -> str | None:
        """The tool it calls, or None for every other method."""
        name = self.params.get("name") if self.method == "tools/call" else None
        return name if isinstance(name, str) else None


Outcome = Literal["unknown", "not_sent"]
