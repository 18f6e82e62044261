"""The table of open requests: answers, retries, time, and what becomes of them when a connection or session ends."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from ._catalog import Catalog
from ._errors import MCPError, make_error
from ._local import LocalDiagnostics
from ._meter import Meter
from ._options import ClientOptions
from ._outbox import Outbox
from ._outputs import Chunk, Fail, ProgressMade, RequestSpec, Resolve
from ._request import Done, Phase, Request
from ._retry import RetryPolicy
from ._timers import Timers
from ._wire import Wire


class RequestTable:
    """Every handle ends with exactly one Resolve or Fail (or one call of its `done`, when the core itself asked)."""

    def __init__(
        self,
        options: ClientOptions,
        outbox: Outbox,
        timers: Timers,
        meter: Meter,
        local: LocalDiagnostics,
        random: Callable[[], float],
    ) -> None:
        self.wire = Wire(options, outbox, timers, local)
        self.catalog = Catalog()
        self.answered_ok: Callable[[RequestSpec], None] = lambda spec: None
        """Told of each request of the user that was answered well."""
        self._options = options
        self._outbox = outbox
        self._timers = timers
        self._meter = meter
        self._local = local
        self._policy = RetryPolicy(options, self.catalog, random)
        self._open: dict[int, Request] = {}
        self._handles = 0
        self._learning = False

    def __len__(self) -> int:
        return sum(request.done is None for request in self._open.values())

    # --- coming and going ----------------------------------------------------------------------------------------------

    def add(self, spec: RequestSpec, now: float, done: Done | None = None) -> int:
        """Takes a request; it leaves with the next `leave`."""
        request = self._new(spec, done)
        if done is None and len(self._open) > self._options.max_pending:
            details = {"source": "client", "max_pending": self._options.max_pending}
            self._fail(request, make_error("SERVER_OVERLOADED", "too many open requests", details), now)
        else:
            self.wire.enqueue(request, now)
        return request.handle

    def send_now(self, method: str, params: dict[str, Any], now: float, done: Done) -> None:
        """session/hello or session/resume: cannot wait in the queue, and is lost with its connection."""
        self.wire.send_now(self._new(RequestSpec(method=method, params=params), done), now)

    def leave(self, now: float) -> None:
        """Sends what may leave."""
        while (refused := self.wire.leave(now)) is not None:
            self._fail(*refused, now)

    def cancel(self, handle: int, now: float) -> None:
        """The caller has gone."""
        request = self._open.get(handle)
        if request is not None:
            self._cancel_on_server(request, now)
            self._fail(request, make_error("REQUEST_CANCELLED", "cancelled by the caller", _client(request)), now)

    # --- answers -------------------------------------------------------------------------------------------------------

    def answered(self, message_id: str, result: Any, metrics: dict[str, Any], now: float) -> None:
        request = self.wire.find(message_id)
        if request is None:
            return  # given up meanwhile, or a stored answer that came twice
        chunks = result.get("chunks") if isinstance(result, dict) else None
        if request.chunks and chunks != request.chunks:
            details = {"outcome": "unknown", "expected": chunks, "arrived": request.chunks}
            self._fail(request, make_error("CONNECTION_LOST", "chunks of the stream are missing", details), now)
            return
        if request.spec.method == "tools/list" and self.catalog.learn(result) is None and not request.spec.params:
            self.catalog.complete = True
        self._policy.succeeded()
        self._end(request, now, None)
        if request.done is not None:
            request.done(result, None, now)
        else:
            self.answered_ok(request.spec)
            self._outbox.emit(Resolve(request.handle, result, metrics))

    def refused(self, error: MCPError, now: float) -> None:
        """An error from the server."""
        self._meter.refused(error)
        if error.code == "RATE_LIMIT_EXCEEDED":
            self.wire.gate.refused(now, error.retry_after or 0)
        request = self.wire.find(error.request_id)
        if request is not None and request.done is not None and request.spec.method.startswith("session/"):
            self._fail(request, error, now)
        elif request is not None:
            self._retry_or_fail(request, error, now)

    def chunk(self, message_id: str, index: int, chunk: Any, now: float) -> None:
        request = self.wire.find(message_id)
        if request is None or index < request.chunks:
            return
        if index > request.chunks:
            self._cancel_on_server(request, now)
            details = {"expected": request.chunks, "index": index}
            self._fail(request, make_error("INVALID_MESSAGE_FORMAT", "a chunk of the stream is missing", details), now)
            return
        request.chunks += 1
        self._timers.set(("expire", request.handle), now + request.patience_s)
        self._outbox.emit(Chunk(request.handle, index, chunk))

    def progress(self, message_id: str, progress: float, total: float | None, message: str | None) -> None:
        request = self.wire.find(message_id)
        if request is not None and request.done is None:
            self._outbox.emit(ProgressMade(request.handle, progress, total, message))

    # --- retries -------------------------------------------------------------------------------------------------------

    def retry_due(self, handle: int, now: float) -> None:
        request = self._open.get(handle)
        if request is not None and request.phase is Phase.WAITING:
            self.wire.enqueue(request, now)

    def _retry_or_fail(self, request: Request, error: MCPError, now: float) -> None:
        wants = self._policy.wants(request, error)
        if wants is None:
            self._learn(request, error, now)
            return
        delay = self._policy.delay(request, error) if wants else None
        if delay is None:
            self._fail(request, error, now)
            return
        request.retries += 1
        self.wire.off(request, forget_id=True)
        request.phase = Phase.WAITING
        self._timers.clear(("expire", request.handle))
        self._timers.set(("retry", request.handle), now + delay)

    def _learn(self, request: Request, error: MCPError, now: float) -> None:
        """Asks for the tool list, which says whether `request` may be repeated after `error`."""
        self.wire.off(request, forget_id=True)
        request.phase = Phase.LEARNING
        request.error = error
        if not self._learning:
            self._learning = True
            self.add(RequestSpec(method="tools/list"), now, self._learned)

    def _learned(self, result: Any, error: MCPError | None, now: float) -> None:
        cursor = result.get("next_cursor") if isinstance(result, dict) else None
        if error is None and isinstance(cursor, str):
            self.add(RequestSpec(method="tools/list", params={"cursor": cursor}), now, self._learned)
            return
        self._learning = False
        self.catalog.complete = self.catalog.complete or error is None
        for request in [waiting for waiting in self._open.values() if waiting.phase is Phase.LEARNING]:
            assert request.error is not None
            if not self._policy.repeatable(request):
                self._fail(request, request.error, now)
            elif request.error.code == "CONNECTION_LOST":
                self.wire.enqueue(request, now)
            else:
                self._retry_or_fail(request, request.error, now)

    # --- time ----------------------------------------------------------------------------------------------------------

    def expired(self, handle: int, now: float) -> None:
        """The client's own clock says that an attempt took too long."""
        request = self._open.get(handle)
        if request is None:
            return
        details = _client(request)
        if request.error is not None:
            self._fail(request, request.error, now)
        elif not self.wire.ready:
            self._cancel_on_server(request, now)
            self._fail(request, make_error("CONNECTION_LOST", "no connection within the timeout", details), now)
        elif request.phase is Phase.SENT:
            self._cancel_on_server(request, now)
            self._fail(request, make_error("TOOL_TIMEOUT", f"no answer within {request.timeout_s:g} s", details), now)
        else:  # held back by the gate or by the places in flight, which is no fault of the server: more patience
            until = request.queued_at + request.patience_s + self._options.retry_max_wait_s
            if now < until:
                self._timers.set(("expire", request.handle), until)
                return
            shut = self.wire.gate.opens_at(now) > now
            code = "RATE_LIMIT_EXCEEDED" if shut else "SERVER_OVERLOADED"
            self._fail(request, make_error(code, "held back by the client for too long", details), now)

    # --- the end of connections and sessions -----------------------------------------------------------------------------

    def connection_lost(self, *, session_kept: bool, now: float) -> None:
        self.wire.ready = False
        self._timers.clear("gate")
        for request in self._sent():
            if request.done is not None and request.spec.method.startswith("session/"):
                self._end(request, now, None)
        if not session_kept:
            self.session_gone(now)

    def session_gone(self, now: float) -> None:
        """What was on the wire may or may not have run, and no answer will come (section 3 of the design page)."""
        for request in [old for old in self._open.values() if old.done is not None and old.spec.method == "requests/cancel"]:
            self._end(request, now, None)  # what our own cancels name is gone; the user's are requests like any other
        for request in self._sent():
            lost = make_error("CONNECTION_LOST", "the connection was lost before the answer came", _client(request))
            repeatable = self._policy.repeatable(request) if not request.chunks else False
            if repeatable is None:
                self._learn(request, lost, now)
            elif repeatable:
                self.wire.off(request, forget_id=True)
                self.wire.enqueue(request, now)
            else:
                self._fail(request, lost, now)

    def replayed(self, in_flight: Collection[str], now: float) -> None:
        """The session is back and what was missed has arrived: what the server does not know never reached it."""
        for request in self._sent():
            if request.message_id not in in_flight:
                self.wire.off(request, forget_id=False)  # execute-once makes a copy harmless
                self.wire.enqueue(request, now)

    def fail_all(self, error: MCPError, now: float) -> None:
        """The connection is closed for good."""
        self.wire.ready = False
        self._learning = False
        for request in list(self._open.values()):
            if request.done is not None:
                self._end(request, now, None)
                continue
            details = {**error.details, "outcome": request.outcome}
            self._fail(request, make_error(error.code, error.message, details, request.message_id), now)

    # --- bookkeeping ---------------------------------------------------------------------------------------------------

    def _new(self, spec: RequestSpec, done: Done | None) -> Request:
        request = Request(self._handles + 1, spec, self._options.request_timeout_s, done)
        self._handles += 1
        self._open[request.handle] = request
        return request

    def _sent(self) -> list[Request]:
        return [request for request in self._open.values() if request.phase is Phase.SENT]

    def _cancel_on_server(self, request: Request, now: float) -> None:
        """Leaves as soon as it may: now, or when the session is back."""
        if request.is_call and request.phase is Phase.SENT:
            spec = RequestSpec(method="requests/cancel", params={"request_id": request.message_id})
            self.add(spec, now, _nothing)

    def _end(self, request: Request, now: float, error: MCPError | None) -> None:
        self.wire.off(request, forget_id=False)
        request.phase = Phase.ENDED
        self._open.pop(request.handle, None)
        self._timers.clear(("expire", request.handle))
        self._timers.clear(("retry", request.handle))
        if request.done is not None:
            return
        latency_ms = None if request.sent_at is None else (now - request.sent_at) * 1000
        self._meter.request_ended(now, request.tool, latency_ms, error)
        if latency_ms is not None and latency_ms > self._options.slow_call_s * 1000 and not request.chunks:
            name = request.tool or request.spec.method
            text = f"{name} took {latency_ms / 1000:.1f} s"
            self._local.say("warning", "slow", text, name=name, latency_ms=latency_ms)

    def _fail(self, request: Request, error: MCPError, now: float) -> None:
        self._end(request, now, error)
        if request.done is not None:
            request.done(None, error, now)
        else:
            self._outbox.emit(Fail(request.handle, error))


def _client(request: Request) -> dict[str, Any]:
    return {"source": "client", "outcome": request.outcome}


def _nothing(result: Any, error: MCPError | None, now: float) -> None:
    """The answer to a cancel says nothing the caller could still use."""
