"""The shell around the core: the loop's clock, one transport, one timer, futures and callbacks."""

from __future__ import annotations

import asyncio
import random
import ssl
import time
from collections.abc import Callable
from typing import Any

from ._callbacks import Callback, Callbacks
from ._core import ClientCore
from ._errors import MCPError, make_error
from ._options import ClientOptions
from ._outputs import (
    Chunk,
    DiagnosticMade,
    Drop,
    EventArrived,
    Fail,
    Open,
    ProgressMade,
    RequestSpec,
    Resolve,
    Send,
    SessionLost,
    State,
)
from ._sink import Sink
from ._transport import Transport
from ._types import Diagnostic, Progress
from ._websocket import Refused


class Driver:
    """Everything happens on one loop, the one that `connect` was called on."""

    def __init__(self, options: ClientOptions, trust: ssl.SSLContext | None = None, rng: random.Random | None = None) -> None:
        chance = rng or random.Random()
        self.options = options
        self._trust = trust
        self.core = ClientCore(options, random=chance.random, wall=time.time)
        self.on_state: list[Callback] = []
        self.on_event: list[tuple[str | None, Callback]] = []
        self.on_diagnostic: list[Callback] = []
        self.on_session_lost: list[Callback] = []
        """Called at once, in the order of things; for the audio streams."""
        self.on_ended: Callable[[MCPError], None] = lambda error: None
        """Called at once when the client has closed by itself; for the pool."""
        self._loop: asyncio.AbstractEventLoop | None = None
        self._transport: Transport | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._callbacks = Callbacks(self._callbacks_dropped)
        self._sinks: dict[int, Sink] = {}
        self._full: set[int] = set()
        self._waiters: list[asyncio.Future[None]] = []
        self._turn: asyncio.Handle | None = None
        self._state_changed = asyncio.Event()

    def now(self) -> float:
        """Monotonic seconds: the loop's clock once there is a loop."""
        return time.monotonic() if self._loop is None else self._loop.time()

    # --- for the client ------------------------------------------------------------------------------------------------

    async def connect(self) -> None:
        """Returns when connected; raises the error that ended it."""
        if self.core.state == "connected":
            return
        loop = asyncio.get_running_loop()
        began = self.core.state == "closed"
        waiter: asyncio.Future[None] = loop.create_future()
        self._waiters.append(waiter)
        try:
            if began:
                await self._settled()
                self._loop = loop
                self.core.connect(self.now())
                self._carry_out()
            await waiter
        except asyncio.CancelledError:
            if began:
                await self.close()
            raise
        except MCPError:
            await self._settled()
            raise
        finally:
            if waiter in self._waiters:
                self._waiters.remove(waiter)

    async def close(self) -> None:
        """Returns when every task, timer and socket is gone."""
        self.core.close(self.now())
        self._carry_out()
        await self._settled()
        await self._callbacks.drained(self.options.close_timeout_s)

    async def _settled(self) -> None:
        """The transport of a closed client is gone."""
        if self._transport is not None:
            await asyncio.shield(self._transport.ended())
            self._transport = None

    def request(self, spec: RequestSpec, sink: Sink, *, hold: bool = False) -> int:
        """Hands a request over; the sink gets what comes of it. With `hold` it goes out with the next `release`."""
        try:
            handle = self.core.request(spec, self.now())
        except (TypeError, ValueError, RecursionError) as error:
            raise make_error("INVALID_PARAMS", f"the params cannot be sent as JSON: {error}", {"source": "client"}) from error
        self._sinks[handle] = sink
        if not hold:
            self.release()
        return handle

    def release(self) -> None:
        """Sends what was handed over; with the option `batching`, together with all that this turn of the loop still brings."""
        if not self.options.batching or self._loop is None:
            self._carry_out()
        elif self._turn is None:
            self._turn = self._loop.call_soon(self._end_of_turn)

    def cancel(self, handle: int) -> None:
        """The caller is no longer interested."""
        self._sinks.pop(handle, None)
        self.room(handle)
        self.core.cancel(handle, self.now())
        self._carry_out()

    def room(self, handle: int) -> None:
        """The consumer of a stream has made room."""
        if handle in self._full:
            self._full.discard(handle)
            if not self._full:
                self._pause(False)

    def want_diagnostics(self, level: str | None, components: list[str]) -> None:
        self.core.want_diagnostics(level, components, self.now())
        self._carry_out()

    async def send_binary(self, frame: bytes) -> None:
        """One binary message, when there is a session to send it on; waits until the socket has taken it."""
        while self.core.state != "connected":
            if self.core.state == "closed":
                raise self.core.closing_error or make_error("CONNECTION_LOST", "the client is closed")
            self._state_changed.clear()
            await self._state_changed.wait()
        assert self._transport is not None and self._loop is not None
        written: asyncio.Future[None] = self._loop.create_future()
        self._transport.send(frame, written)
        await written

    # --- told by the transport -------------------------------------------------------------------------------------------

    def transport_opened(self) -> None:
        self.core.opened(self.now())
        self._carry_out()

    def transport_refused(self, refused: Refused) -> None:
        self.core.open_failed(refused.status, refused.retry_after_s, refused.text, self.now(), refused.code)
        self._carry_out()

    def transport_closed(self, code: int, reason: str) -> None:
        self.core.closed(code, reason, self.now())
        self._carry_out()

    def transport_text(self, text: str) -> None:
        self.core.text(text, self.now())
        self._carry_out()

    # --- carrying out ----------------------------------------------------------------------------------------------------

    def _end_of_turn(self) -> None:
        self._turn = None
        self._carry_out()

    def _tick(self) -> None:
        self._timer = None
        self.core.tick(self.now())
        self._carry_out()

    def _carry_out(self) -> None:
        for output in self.core.take():
            match output:
                case Send():
                    if self._transport is not None:
                        self._transport.send(output.text)
                case Resolve():
                    self._end(output.handle, lambda sink, o=output: sink.resolved(o.result, o.metrics))
                case Fail():
                    self._end(output.handle, lambda sink, o=output: sink.failed(o.error))
                case Chunk():
                    self._chunk(output)
                case ProgressMade():
                    sink = self._sinks.get(output.handle)
                    if sink is not None and sink.on_progress is not None:
                        self._callbacks.call(sink.on_progress, Progress(output.progress, output.total, output.message))
                case Open():
                    self._transport = Transport(self.options, self._trust, self, self._transport)
                    self._transport.pause(bool(self._full))
                case Drop():
                    if self._transport is not None:
                        self._transport.drop(output.code, output.reason)
                case State():
                    self._state(output)
                case EventArrived():
                    for wanted, callback in self.on_event:
                        if wanted is None or wanted == output.event.event_type:
                            self._callbacks.call(callback, output.event)
                case DiagnosticMade():
                    for callback in self.on_diagnostic:
                        self._callbacks.call(callback, output.diagnostic)
                case SessionLost():
                    for callback in list(self.on_session_lost):
                        callback(output.reason)
        self._set_timer()

    def _set_timer(self) -> None:
        due = self.core.next_deadline()
        if self._timer is not None and self._timer.when() != due:
            self._timer.cancel()
            self._timer = None
        if due is not None and self._timer is None and self._loop is not None:
            self._timer = self._loop.call_at(due, self._tick)

    def _end(self, handle: int, finish: Any) -> None:
        sink = self._sinks.pop(handle, None)
        if sink is not None:
            finish(sink)
        self.room(handle)  # no more chunks: nothing to hold reading back for

    def _chunk(self, chunk: Chunk) -> None:
        sink = self._sinks.get(chunk.handle)
        if sink is not None and sink.chunk(chunk.chunk) and chunk.handle not in self._full:
            self._full.add(chunk.handle)
            self._pause(True)

    def _pause(self, paused: bool) -> None:
        self.core.consumer_paused(paused, self.now())
        if self._transport is not None:
            self._transport.pause(paused)
        self._set_timer()

    def _state(self, change: State) -> None:
        self._state_changed.set()
        if change.state in ("connected", "closed"):
            for waiter in self._waiters:
                if waiter.done():
                    continue
                if change.state == "connected":
                    waiter.set_result(None)
                else:
                    waiter.set_exception(change.error or make_error("CONNECTION_LOST", "closed by the caller"))
            self._waiters.clear()
        for callback in self.on_state:
            self._callbacks.call(callback, change.state)
        if change.state == "closed" and change.error is not None:
            self.on_ended(change.error)

    def _callbacks_dropped(self, count: int) -> None:
        details = {"kind": "callback_dropped", "count": count}
        told = Diagnostic("warning", "client", f"{count} callbacks were dropped: they come faster than they are handled", details)
        for callback in self.on_diagnostic:
            self._callbacks.call(callback, told)
