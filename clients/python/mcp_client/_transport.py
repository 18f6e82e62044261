"""One connection's life: one task receives, one sends, nobody else touches the socket."""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from typing import Protocol

from websockets.exceptions import ConnectionClosed

from ._options import ClientOptions
from ._websocket import Refused, Socket, close_of, open_socket


class Listener(Protocol):
    """Who is told; nothing more after `drop`."""

    def transport_opened(self) -> None: ...

    def transport_refused(self, refused: Refused) -> None: ...

    def transport_closed(self, code: int, reason: str) -> None: ...

    def transport_text(self, text: str) -> None: ...


class Transport:
    """Starts to open when it is made. What is queued is bounded by the core's bound on open requests."""

    def __init__(
        self, options: ClientOptions, trust: ssl.SSLContext | None, listener: Listener, previous: Transport | None
    ) -> None:
        self._options = options
        self._trust = trust
        self._listener = listener
        self._outgoing: deque[tuple[str | bytes, asyncio.Future[None] | None]] = deque()
        self._something = asyncio.Event()
        self._may_read = asyncio.Event()
        self._may_read.set()
        self._drop: tuple[int, str] | None = None
        self._sender: asyncio.Task[None] | None = None
        self._patience: asyncio.TimerHandle | None = None
        self._closing = False
        self._opening: asyncio.Task[Socket] | None = None
        self._task = asyncio.create_task(self._run(previous), name="mcp_client transport")

    # --- for the driver ------------------------------------------------------------------------------------------------

    def send(self, message: str | bytes, written: asyncio.Future[None] | None = None) -> None:
        """Queues one message; `written` is done when it is on its way or never will be."""
        self._outgoing.append((message, written))
        self._something.set()

    def pause(self, paused: bool) -> None:
        """Holds reading back, or goes on."""
        if paused:
            self._may_read.clear()
        else:
            self._may_read.set()

    def drop(self, code: int, reason: str) -> None:
        """Sends what is queued, then a Close, and ends; tells nobody."""
        if self._drop is None:
            self._drop = (code, reason)
            self._something.set()
            self._may_read.set()
            if self._opening is not None:
                self._opening.cancel()
            self._patience = asyncio.get_running_loop().call_later(self._options.close_timeout_s, self._unstick)

    async def ended(self) -> None:
        """Returns when its tasks and its socket are gone."""
        await asyncio.wait([self._task])

    # --- its tasks -----------------------------------------------------------------------------------------------------

    async def _run(self, previous: Transport | None) -> None:
        if previous is not None:
            await previous.ended()
        if self._drop is not None:
            return
        try:
            await self._open_and_live()
        finally:
            if self._patience is not None:
                self._patience.cancel()

    async def _open_and_live(self) -> None:
        self._opening = asyncio.create_task(open_socket(self._options, self._trust), name="mcp_client opening")
        await asyncio.wait([self._opening])
        opening, self._opening = self._opening, None
        if opening.cancelled():
            return
        error = opening.exception()
        if error is None:
            await self._live(opening.result())
        elif self._drop is None:
            refused = error if isinstance(error, Refused) else Refused(None, None, repr(error))
            self._listener.transport_refused(refused)

    async def _live(self, socket: Socket) -> None:
        self._sender = asyncio.create_task(self._send_loop(socket), name="mcp_client sender")
        try:
            if self._drop is None:
                self._listener.transport_opened()
            code, reason = await self._receive_loop(socket)
        finally:
            if self._drop is None:
                self._sender.cancel()
            await asyncio.wait([self._sender])
            self._release()
        if self._drop is None:
            self._listener.transport_closed(code, reason)

    async def _receive_loop(self, socket: Socket) -> tuple[int, str]:
        try:
            while True:
                message = await socket.recv()
                if self._drop is None and isinstance(message, str):
                    self._listener.transport_text(message)
                await self._may_read.wait()
        except ConnectionClosed as closed:
            return close_of(closed)

    async def _send_loop(self, socket: Socket) -> None:
        try:
            while self._outgoing or self._drop is None:
                while self._outgoing:
                    message, written = self._outgoing[0]
                    await socket.send(message)
                    self._outgoing.popleft()
                    if written is not None and not written.done():
                        written.set_result(None)
                self._something.clear()
                if self._drop is None:
                    await self._something.wait()
        except ConnectionClosed:
            pass  # the receiving task tells why
        finally:
            self._closing = True
            await socket.close(*(self._drop or (1000, "")))  # bounded by close_timeout; does nothing when it is closed

    def _unstick(self) -> None:
        """What was to be sent before the Close does not go out: the peer does not read."""
        if self._sender is not None and not self._closing:
            self._sender.cancel()

    def _release(self) -> None:
        for _, written in self._outgoing:
            if written is not None and not written.done():
                written.set_result(None)
        self._outgoing.clear()
