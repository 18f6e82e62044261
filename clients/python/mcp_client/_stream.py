"""A tool's stream as an async iterator."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

from ._callbacks import Callback
from ._driver import Driver
from ._outputs import RequestSpec
from ._sink import StreamSink


class ToolStream(AsyncIterator[Any]):
    """Chunks in order. The call is made with the first step, and cancelled on the server when the loop is left early.

    ::

        async for chunk in client.stream_tool("debug/stream", {"chunks": 3, "bytes": 8}):
            ...
    """

    def __init__(self, driver: Driver, spec: RequestSpec, on_progress: Callback | None) -> None:
        # Not this object itself: a cycle would keep a loop that was left early from being noticed.
        self._result: list[Any] = []
        self._chunks = _chunks(driver, spec, on_progress, self._result)

    @property
    def result(self) -> Any:
        """The tool's result, once the iteration has ended; has ``chunks``, their number. None before."""
        return self._result[0] if self._result else None

    def __aiter__(self) -> AsyncIterator[Any]:
        # The generator itself: when a loop is left early, asyncio's hook closes it, and that cancels the call.
        return self._chunks

    async def __anext__(self) -> Any:
        return await self._chunks.__anext__()

    async def aclose(self) -> None:
        """Ends it; a call that still runs is cancelled."""
        await self._chunks.aclose()


async def _chunks(
    driver: Driver, spec: RequestSpec, on_progress: Callback | None, result: list[Any]
) -> AsyncGenerator[Any, None]:
    sink = StreamSink(driver.options.stream_buffer, on_progress)
    handle = driver.request(spec, sink)
    ended = False
    try:
        while True:
            more, value = await sink.next()
            if not more:
                ended = True
                result.append(value)
                return
            if sink.drained:
                driver.room(handle)
            yield value
    finally:
        if not ended:
            driver.cancel(handle)  # does nothing when the request has failed
