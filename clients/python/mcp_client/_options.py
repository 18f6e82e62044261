"""The options of a client, their defaults and ranges (docs/design/clients.md section 8)."""

from __future__ import annotations

from dataclasses import dataclass, field
from os import PathLike
from urllib.parse import urlsplit

from ._codes import PROTOCOL_VERSION
from ._version import __version__

LEVELS = ("debug", "info", "warning", "error", "critical")

_SECONDS: dict[str, tuple[float, float]] = {
    "connect_timeout_s": (0.1, 300),
    "close_timeout_s": (0.05, 60),
    "request_timeout_s": (0.001, 300),
    "heartbeat_interval_s": (0.05, 300),
    "reconnect_initial_delay_s": (0.001, 60),
    "reconnect_max_delay_s": (0.001, 3600),
    "retry_initial_delay_s": (0.001, 60),
    "retry_max_delay_s": (0.001, 300),
    "retry_max_wait_s": (0, 3600),
    "slow_call_s": (0.001, 300),
}

_COUNTS: dict[str, tuple[int, int]] = {
    "reconnect_max_attempts": (1, 1_000_000),
    "retry_max_attempts": (0, 100),
    "retry_budget": (0, 1_000_000),
    "max_pending": (1, 1_000_000),
    "max_message_bytes": (1024, 1 << 30),
    "stream_buffer": (1, 1_000_000),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientOptions:
    """What the user asked for; immutable, checked once. Seconds are floats."""

    uri: str
    api_key: str = field(repr=False)
    ca_file: str | PathLike[str] | None = None
    protocol_version: str = PROTOCOL_VERSION
    client_name: str = "mcp_client"
    client_version: str = __version__
    diagnostics: bool = False
    diagnostics_level: str = "warning"
    connect_timeout_s: float = 10
    close_timeout_s: float = 2
    request_timeout_s: float = 30
    heartbeat_interval_s: float | None = None
    resumable: bool = True
    reconnect: bool = True
    reconnect_on_normal_close: bool = True
    reconnect_initial_delay_s: float = 0.5
    reconnect_max_delay_s: float = 30
    reconnect_max_attempts: int | None = None
    retry: bool = True
    retry_max_attempts: int = 3
    retry_initial_delay_s: float = 0.25
    retry_max_delay_s: float = 10
    retry_max_wait_s: float = 60
    retry_budget: int = 10
    batching: bool = False
    max_pending: int = 1000
    max_message_bytes: int = 16 * 1024 * 1024
    stream_buffer: int = 64
    slow_call_s: float = 5

    def __post_init__(self) -> None:
        parts = urlsplit(self.uri)
        if parts.scheme not in ("ws", "wss") or not parts.hostname or parts.username is not None:
            raise ValueError("uri must be ws://host[:port]/path or wss://…, without user and password")
        if self.ca_file is not None and parts.scheme != "wss":
            raise ValueError("ca_file needs a uri of wss://: without TLS there is no certificate to check")
        if not self.api_key or not all("!" <= letter <= "~" for letter in self.api_key):
            raise ValueError("api_key must be printable ASCII without spaces, and not empty")
        for name in ("client_name", "client_version"):
            if not 1 <= len(getattr(self, name)) <= 128:
                raise ValueError(f"{name} must have 1 to 128 characters")
        check_level(self.diagnostics_level)
        for name, (low, high) in _SECONDS.items():
            _check_range(name, getattr(self, name), low, high, "seconds")
        for name, (least, most) in _COUNTS.items():
            _check_range(name, getattr(self, name), least, most, "")
        for prefix in ("reconnect", "retry"):
            if getattr(self, f"{prefix}_max_delay_s") < getattr(self, f"{prefix}_initial_delay_s"):
                raise ValueError(f"{prefix}_max_delay_s must not be less than {prefix}_initial_delay_s")


def check_level(level: str) -> None:
    """Raises ValueError when `level` is none of the five."""
    if level not in LEVELS:
        raise ValueError(f"the level of diagnostics must be one of {', '.join(LEVELS)}, not {level!r}")


def _check_range(name: str, value: float | None, low: float, high: float, unit: str) -> None:
    if value is not None and not low <= value <= high:
        raise ValueError(f"{name} must be {low} to {high} {unit}".rstrip() + f", not {value}")
