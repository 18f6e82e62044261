"""The core's alarm clock: named due times, the earliest first."""

from __future__ import annotations

import heapq
import math

Key = str | tuple[str, int]


class Timers:
    """At most one due time for each key. Setting a key again moves it; the heap keeps stale entries until they surface."""

    def __init__(self) -> None:
        self._due: dict[Key, float] = {}
        self._heap: list[tuple[float, int, Key]] = []
        self._count = 0

    def set(self, key: Key, due: float) -> None:
        self._due[key] = due
        self._count += 1  # breaks ties in the order of setting, and keeps keys from being compared
        heapq.heappush(self._heap, (due, self._count, key))

    def clear(self, key: Key) -> None:
        self._due.pop(key, None)

    def set_sooner(self, key: Key, due: float) -> None:
        """Sets it unless it is due before that anyway."""
        if self._due.get(key, math.inf) > due:
            self.set(key, due)

    def is_set(self, key: Key) -> bool:
        return key in self._due

    def next(self) -> float | None:
        """The earliest due time, or None."""
        while self._heap:
            due, _, key = self._heap[0]
            if self._due.get(key) == due:
                return due
            heapq.heappop(self._heap)
        return None

    def pop_due(self, now: float) -> Key | None:
        """Takes the next key whose time has come, or returns None."""
        due = self.next()
        if due is None or due > now:
            return None
        key = heapq.heappop(self._heap)[2]
        del self._due[key]
        return key
