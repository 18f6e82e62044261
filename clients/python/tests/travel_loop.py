"""An event loop whose clock can be put forward: real sockets, manual time."""

from __future__ import annotations

import asyncio


class TravelLoop(asyncio.SelectorEventLoop):
    """`advance` makes every timer that falls into the time due at once."""

    def __init__(self) -> None:
        self._ahead = 0.0
        super().__init__()

    def time(self) -> float:
        return super().time() + self._ahead

    def advance(self, seconds: float) -> None:
        """Lets that much time pass."""
        self._ahead += seconds


async def settle() -> None:
    """Lets everything that is ready run, sockets included."""
    for _ in range(30):
        await asyncio.sleep(0)
