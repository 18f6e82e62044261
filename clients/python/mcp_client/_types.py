"""The values users meet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

ConnectionState = Literal["closed", "connecting", "connected", "reconnecting"]
"""What `MCPClient.state` can be."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A diagnostic message, from the server or (component ``client``) from this client."""

    level: str
    """``debug``, ``info``, ``warning``, ``error`` or ``critical``."""
    component: str
    message: str
    details: dict[str, Any] = field(default_factory=dict)
    metrics: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """An event the server sent, for example ``status_update``."""

    event_type: str
    data: dict[str, Any] = field(default_factory=dict)
    source: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a call is."""

    progress: float
    total: float | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What the server told in its welcome; a limit it did not tell has the protocol's default."""

    messages_per_minute: int = 100
    max_message_bytes: int = 262_144
    max_batch: int = 64
    max_in_flight: int = 64


@dataclass(frozen=True, slots=True)
class ServerInfo:
    """Who the server is, from its welcome."""

    name: str = ""
    version: str = ""
    capabilities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ToolAnnotations:
    """What a client may assume of a tool."""

    read_only: bool = False
    idempotent: bool = False
    destructive: bool = False
    long_running: bool = False


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool as the server lists it."""

    name: str
    title: str
    description: str
    input_schema: dict[str, Any]
    output_schema: dict[str, Any] | None = None
    annotations: ToolAnnotations = ToolAnnotations()


@dataclass(frozen=True, slots=True)
class ToolCall:
    """One call of a batch."""

    name: str
    arguments: dict[str, Any] = field(default_factory=dict)
    timeout: float | None = None
    idempotency_key: str | None = None
    idempotent: bool | None = None
