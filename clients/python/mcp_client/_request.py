"""One open request."""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import Enum
from typing import Any

from ._errors import MCPError
from ._outbox import encode
from ._outputs import RequestSpec

Done = Callable[[Any, MCPError | None, float], None]
"""What the core itself does with an answer: (result, error, now); one of the first two is None."""


class Phase(Enum):
    """Where a request is in its life."""

    QUEUED = "queued"
    SENT = "sent"
    WAITING = "waiting"  # for its retry
    LEARNING = "learning"  # for the tool list, which says whether it may be repeated
    ENDED = "ended"


class Request:
    """Known by its handle for good; by its message id from when it leaves until it is refused, or its session is lost."""

    GRACE_S = 1.0
    """How much longer than the server the client waits, so that the server's TOOL_TIMEOUT comes first."""

    def __init__(self, handle: int, spec: RequestSpec, default_timeout_s: float, done: Done | None) -> None:
        self.handle = handle
        self.spec = spec
        self.done = done
        self.timeout_s = default_timeout_s if spec.timeout_s is None else spec.timeout_s
        self.is_call = spec.method == "tools/call"
        self.tool = spec.tool
        self.fields = self._freeze()
        self.phase = Phase.QUEUED
        self.message_id: str | None = None
        self.queued_at = 0.0
        self.sent_at: float | None = None
        self.retries = 0
        self.chunks = 0
        self.error: MCPError | None = None
        """While LEARNING: what it fails with if it may not be repeated."""

    @property
    def patience_s(self) -> float:
        """How long one attempt may take by the client's clock."""
        return self.timeout_s + (self.GRACE_S if self.is_call else 0)

    @property
    def outcome(self) -> str:
        return "not_sent" if self.sent_at is None else "unknown"

    def _freeze(self) -> str:
        """The members method, params and context as text: made once, so that a copy sent later has the same digest,
        whatever the caller does to the arguments meanwhile."""
        params: dict[str, Any] = self.spec.params
        if self.is_call and "timeout_ms" not in params:
            params = {**params, "timeout_ms": min(300_000, max(1, math.ceil(self.timeout_s * 1000)))}
        members: dict[str, Any] = {"method": self.spec.method, "params": params}
        context = {
            name: value
            for name, value in (("idempotency_key", self.spec.idempotency_key), ("traceparent", self.spec.traceparent))
            if value is not None
        }
        if context:
            members["context"] = context
        return encode(members)[1:-1]
