"""The rate gate: holds back what the server would refuse (protocol section 8), so that the key stays off the penalty ladder."""

from __future__ import annotations

from collections import deque


class RateGate:
    """Counts the messages of this connection; other connections of the same key are only noticed by their effect, a refusal."""

    WINDOW_S = 60.0
    MARGIN_S = 0.5
    """The way to the server takes a varying time: what left 60 s after another may arrive sooner than 60 s after it."""
    COUNTED_UP_TO = 10_000
    """A larger limit is not worth the memory of its times; the server's refusals still shut the gate."""
    NEAR = 0.8

    def __init__(self, *, enabled: bool) -> None:
        self._enabled = enabled
        self._limit = 100
        self._times: deque[float] = deque()
        self._shut_until = float("-inf")
        self._careful_until = float("-inf")
        self._last = float("-inf")
        self._told_near = float("-inf")

    def set_limit(self, messages_per_minute: int) -> None:
        self._limit = max(1, messages_per_minute)

    def sent(self, now: float) -> bool:
        """A counted message leaves. True when that makes 80 % of the limit, at most once in a window."""
        self._last = now
        if self._limit > self.COUNTED_UP_TO:
            self._times.clear()
            return False
        self._times.append(now)
        self._forget_old(now)
        if len(self._times) < self.NEAR * self._limit or now - self._told_near < self.WINDOW_S:
            return False
        self._told_near = now
        return True

    def refused(self, now: float, retry_after_s: float) -> None:
        """The server refused a message: nothing leaves before it said so, then one by one for a window."""
        self._shut_until = max(self._shut_until, now + retry_after_s)
        self._careful_until = self._shut_until + self.WINDOW_S

    def opens_at(self, now: float) -> float:
        """When the next counted message may leave; not later than `now` when it may leave now."""
        if not self._enabled:
            return now
        opens = self._shut_until
        self._forget_old(now)
        if len(self._times) >= self._limit:
            opens = max(opens, self._times[-self._limit] + self.WINDOW_S + self.MARGIN_S)
        if now < self._careful_until:
            opens = max(opens, self._last + self.WINDOW_S / self._limit)
        return opens

    def _forget_old(self, now: float) -> None:
        while self._times and self._times[0] + self.WINDOW_S + self.MARGIN_S <= now:
            self._times.popleft()
