"""A TCP proxy that breaks its first connection after so many bytes in one direction."""

from __future__ import annotations

import asyncio


class FaultProxy:
    """`cut_after` None: never. Afterwards connections pass untouched."""

    def __init__(self, port: int, *, cut_after: int | None, direction: str) -> None:
        self._target = port
        self._cut_after = cut_after
        self._direction = direction
        self._server: asyncio.Server | None = None
        self._connections = 0
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.port = 0
        self.bytes = {"up": 0, "down": 0}
        self.was_cut = False

    async def __aenter__(self) -> FaultProxy:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for writer in list(self._open):
            writer.transport.abort()
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self._server.wait_closed()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        self._connections += 1
        first = self._connections == 1
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._target)
        both = (writer, far_writer)
        self._open.update(both)
        try:
            await asyncio.gather(self._pump(reader, far_writer, "up", first, both), self._pump(far_reader, writer, "down", first, both))
        finally:
            for one in both:
                self._open.discard(one)
                one.transport.abort()

    async def _pump(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, direction: str, first: bool, both: tuple[asyncio.StreamWriter, ...]
    ) -> None:
        try:
            while data := await source.read(65536):
                if first:
                    left = None if self._cut_after is None or direction != self._direction else self._cut_after - self.bytes[direction]
                    self.bytes[direction] += len(data)
                    if left is not None and len(data) >= left:
                        target.write(data[:left])
                        await target.drain()
                        self.was_cut = True
                        break
                target.write(data)
                await target.drain()
        except OSError:
            pass
        for one in both:  # either end closes both: the other pump ends too
            one.close()
