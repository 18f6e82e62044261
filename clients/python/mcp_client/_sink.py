"""Where a request's outcome goes: one future, or a queue of chunks that ends."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any

from ._callbacks import Callback
from ._errors import MCPError


class Sink:
    """For one answer."""

    def __init__(self, on_progress: Callback | None = None) -> None:
        self.on_progress = on_progress
        self.future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self.future.add_done_callback(self._ended)

    def resolved(self, result: Any, metrics: dict[str, Any]) -> None:
        if not self.future.done():
            self.future.set_result(result)

    def failed(self, error: MCPError) -> None:
        if not self.future.done():
            self.future.set_exception(error)

    def chunk(self, chunk: Any) -> bool:
        """True when there is no more room."""
        return False

    def _ended(self, future: asyncio.Future[Any]) -> None:
        if not future.cancelled():
            future.exception()  # it may be that nobody waits any more: then nobody is to be warned either


class StreamSink(Sink):
    """For chunks. Holds about `capacity` of them; the rest waits on the other side of the socket."""

    def __init__(self, capacity: int, on_progress: Callback | None = None) -> None:
        super().__init__(on_progress)
        self._capacity = capacity
        self._chunks: deque[Any] = deque()
        self._changed = asyncio.Event()

    def _ended(self, future: asyncio.Future[Any]) -> None:
        super()._ended(future)
        self._changed.set()

    def chunk(self, chunk: Any) -> bool:
        self._chunks.append(chunk)
        self._changed.set()
        return len(self._chunks) >= self._capacity

    async def next(self) -> tuple[bool, Any]:
        """(True, chunk), or (False, the result) at the end; raises the error after the chunks that came before it."""
        while not self._chunks:
            if self.future.done():
                return False, self.future.result()
            self._changed.clear()
            await self._changed.wait()
        return True, self._chunks.popleft()

    @property
    def drained(self) -> bool:
        """Whether so much was taken that reading should go on."""
        return len(self._chunks) <= self._capacity // 2
