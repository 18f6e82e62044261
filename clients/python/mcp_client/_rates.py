"""How many in the last minute, in constant memory."""

from __future__ import annotations


class MinuteCounter:
    """Sixty buckets of a second each. Exact to the second, which is enough for a rate."""

    def __init__(self) -> None:
        self._counts = [0] * 60
        self._seconds = [-1] * 60

    def add(self, now: float) -> None:
        second = int(now)
        slot = second % 60
        if self._seconds[slot] != second:
            self._seconds[slot] = second
            self._counts[slot] = 0
        self._counts[slot] += 1

    def sum(self, now: float) -> int:
        oldest = int(now) - 59
        return sum(count for second, count in zip(self._seconds, self._counts) if second >= oldest)
