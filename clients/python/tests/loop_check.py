"""Runs a test on a loop of its own and looks afterwards whether anything was left behind."""

from __future__ import annotations

import asyncio
import gc
import warnings
from collections.abc import Coroutine
from typing import Any

from travel_loop import TravelLoop


def run(test: Coroutine[Any, Any, None]) -> None:
    """Fails when a task or a timer of the client outlives the test, a socket is not closed, or an error was never looked at."""
    complaints: list[str] = []
    loop = TravelLoop()
    loop.set_exception_handler(lambda _, context: complaints.append(str(context.get("exception") or context["message"])))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ResourceWarning)
        try:
            with asyncio.Runner(loop_factory=lambda: loop) as runner:
                runner.run(_checked(test, loop))
        finally:
            gc.collect()
    complaints += [str(warning.message) for warning in caught if issubclass(warning.category, ResourceWarning)]
    assert complaints == []


async def _checked(test: Coroutine[Any, Any, None], loop: TravelLoop) -> None:
    await test
    left = [task.get_name() for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    timers = [repr(timer) for timer in loop._scheduled if not timer.cancelled()]  # type: ignore[attr-defined]
    assert left == [] and timers == []
