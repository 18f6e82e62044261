"""Runs the user's callbacks one after the other, outside the receiving task."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

_LOG = logging.getLogger("mcp_client")

Callback = Callable[[Any], Awaitable[None] | None]


class Callbacks:
    """A queue of 1,000; when it is full the oldest is dropped and counted. Its task lives only while there is something to do."""

    CAPACITY = 1000

    def __init__(self, told_dropped: Callable[[int], None]) -> None:
        self._queue: deque[tuple[Callback, Any]] = deque()
        self._task: asyncio.Task[None] | None = None
        self._dropped = 0
        self._told_dropped = told_dropped

    def call(self, callback: Callback, argument: Any) -> None:
        """Queues one call."""
        if len(self._queue) >= self.CAPACITY:
            self._queue.popleft()
            self._dropped += 1
        self._queue.append((callback, argument))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run(), name="mcp_client callbacks")

    async def drained(self, timeout_s: float) -> None:
        """Waits for what is queued; after the time it is given up. Called by a callback itself it returns at once."""
        task = self._task
        if task is None or task is asyncio.current_task():
            return
        await asyncio.wait([task], timeout=timeout_s)
        if not task.done():
            self._queue.clear()
            task.cancel()
            await asyncio.wait([task])

    async def _run(self) -> None:
        while self._queue:
            callback, argument = self._queue.popleft()
            try:
                answer = callback(argument)
                if inspect.isawaitable(answer):
                    await answer
            except Exception:
                _LOG.exception("a callback failed")
            if self._dropped and not self._queue:
                dropped, self._dropped = self._dropped, 0
                self._told_dropped(dropped)
