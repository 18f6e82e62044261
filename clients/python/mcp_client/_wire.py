"""Requests on their way out: the queue, what may leave when, message ids, and who waits for an answer."""

from __future__ import annotations

import heapq
from typing import Any

from ._errors import MCPError, make_error
from ._gate import RateGate
from ._local import LocalDiagnostics
from ._options import ClientOptions
from ._outbox import Outbox, size_of
from ._request import Phase, Request
from ._timers import Timers


class Wire:
    """Requests leave in the order of their handles; calls wait for a place in flight, and all for the rate gate."""

    def __init__(self, options: ClientOptions, outbox: Outbox, timers: Timers, local: LocalDiagnostics) -> None:
        self.ready = False
        """Whether a connection is there that takes requests."""
        self.draining = False
        """The server refuses every request until it is back: keep them for the next connection."""
        self.gate = RateGate(enabled=options.retry)
        self._retry = options.retry
        self._batching = options.batching
        self._outbox = outbox
        self._timers = timers
        self._local = local
        self._by_id: dict[str, Request] = {}
        self._queues: tuple[list[tuple[int, Request]], ...] = ([], [])  # heaps: other methods, calls of tools
        self._ids = self._calls_out = 0

    def find(self, message_id: str | None) -> Request | None:
        """The request that waits for an answer under this id."""
        return None if message_id is None else self._by_id.get(message_id)

    def enqueue(self, request: Request, now: float) -> None:
        request.phase = Phase.QUEUED
        request.error = None
        request.queued_at = now
        self._timers.set(("expire", request.handle), now + request.patience_s)
        heapq.heappush(self._queues[request.is_call], (request.handle, request))

    def leave(self, now: float) -> tuple[Request, MCPError] | None:
        """Sends what may leave; stops at a request that can never leave and returns it with the reason."""
        while self.ready and not (self.draining and self._retry):
            request = self._next()
            if request is None:
                return None
            opens = self.gate.opens_at(now)
            if opens > now:
                self._timers.set("gate", opens)
                return None
            heapq.heappop(self._queues[request.is_call])
            error = self._send_queued(request, now)
            if error is not None:
                return request, error
        return None

    def send_now(self, request: Request, now: float) -> None:
        """One that cannot wait in the queue: session/hello, session/resume."""
        self._put(request, self._text(request), now, None, ack=False)

    def off(self, request: Request, *, forget_id: bool) -> None:
        """It waits for no answer any more. Keeping the id makes what is sent later a copy, not a new request."""
        if request.phase is Phase.SENT and self._by_id.pop(request.message_id or "", None) is not None:
            self._calls_out -= request.is_call
        if forget_id:
            request.message_id = None

    def _next(self) -> Request | None:
        heads: list[Request] = []
        full = self._retry and self._calls_out >= self._outbox.limits.max_in_flight
        for queue in self._queues[:1] if full else self._queues:
            while queue and queue[0][1].phase is not Phase.QUEUED:
                heapq.heappop(queue)  # ended while it waited
            if queue:
                heads.append(queue[0][1])
        return min(heads, key=lambda head: head.handle) if heads else None

    def _send_queued(self, request: Request, now: float) -> MCPError | None:
        text = self._text(request)
        limit = self._outbox.limits.max_message_bytes
        if size_of(text) > limit:  # the server would close the connection
            details = {"source": "client", "limit": limit, "size": size_of(text)}
            return make_error("MESSAGE_TOO_LARGE", f"the request is over {limit} bytes", details)
        self._put(request, text, now, 0 if self._batching and request.spec.group is None else request.spec.group, ack=True)
        return None

    def _text(self, request: Request) -> str:
        if request.message_id is None:
            self._ids += 1
            request.message_id = f"req-{self._ids}"
        return self._outbox.envelope("request", request.message_id, request.fields)

    def _put(self, request: Request, text: str, now: float, group: Any, *, ack: bool) -> None:
        assert request.message_id is not None
        self._by_id[request.message_id] = request
        self._calls_out += request.is_call
        request.phase = Phase.SENT
        request.sent_at = now
        self._timers.set(("expire", request.handle), now + request.patience_s)
        self._outbox.send(text, now, group, ack=ack)
        if request.spec.method != "session/resume" and self.gate.sent(now):  # a resume is not counted (section 6)
            limit = self._outbox.limits.messages_per_minute
            self._local.say("warning", "limit_near", f"80 % of {limit} messages a minute are used", limit=limit)
