"""Waiting times: exponential backoff with full jitter, and the budget for repetitions."""

from __future__ import annotations

from collections.abc import Callable


def full_jitter(random: Callable[[], float], initial_s: float, max_s: float, attempt: int) -> float:
    """random() * min(max, initial * 2^attempt), in seconds; `attempt` counts from 0.

    Full jitter keeps clients that failed together from coming back together. 2**64 is beyond any range of the options.
    """
    return random() * min(max_s, initial_s * 2.0 ** min(attempt, 64))


class RetryBudget:
    """Tokens for repetitions: one each, a tenth back for each success, so that retries stay a small share of the traffic.

    The scheme is gRPC's retry throttling (gRFC A6).
    """

    REFILL = 0.1

    def __init__(self, size: int) -> None:
        self._size = float(size)
        self._tokens = float(size)

    def take(self) -> bool:
        """Takes a token; False when there is none."""
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

    def succeeded(self) -> None:
        self._tokens = min(self._size, self._tokens + self.REFILL)
