"""The resumable session as the client sees it: credentials, the last seq, and when to acknowledge (protocol section 6)."""

from __future__ import annotations

from enum import Enum
from typing import Any


class Arrival(Enum):
    """What a numbered message is to us."""

    NEXT = "next"
    COPY = "copy"
    HOLE = "hole"


class AckPace:
    """At most 8 acks at once and 8 a second after that: the server allows 20 heartbeats and acks a second (section 8),
    and a fast stream would need more at one for every 16 messages."""

    BURST = 8.0
    PER_SECOND = 8.0

    def __init__(self) -> None:
        self._tokens = self.BURST
        self._at = 0.0

    def opens_at(self, now: float) -> float:
        """When the next ack may leave; `now` when it may now."""
        self._refill(now)
        return now if self._tokens >= 1 else now + (1 - self._tokens) / self.PER_SECOND

    def sent(self, now: float) -> None:
        """One has left, also one that could not wait."""
        self._refill(now)
        self._tokens = max(0.0, self._tokens - 1)

    def _refill(self, now: float) -> None:
        self._tokens = min(self.BURST, self._tokens + (now - self._at) * self.PER_SECOND)
        self._at = now


class SessionState:
    """Survives connections; `forget` ends it."""

    ACK_EVERY = 16
    ACK_AFTER_S = 1.0

    def __init__(self) -> None:
        self.numbered = False
        """Whether the server numbers its messages: from a resumable hello on."""
        self.session_id: str | None = None
        self.token: str | None = None
        self.epoch: Any = None
        self.last_seq = 0
        self._acked = 0

    @property
    def can_resume(self) -> bool:
        return self.token is not None

    def begin(self) -> None:
        """A resumable hello leaves: its answer will be seq 1."""
        self.forget()
        self.numbered = True

    def granted(self, session_id: str, token: Any, epoch: Any) -> None:
        """The hello was answered; without a token the session is not resumable."""
        self.session_id = session_id
        if isinstance(token, str) and token:
            self.token = token
            self.epoch = epoch
        else:
            self.numbered = False

    def resumed(self, token: Any) -> None:
        """A null token is a replayed copy and never replaces one."""
        if isinstance(token, str) and token:
            self.token = token

    def forget(self) -> None:
        self.numbered = False
        self.session_id = self.token = self.epoch = None
        self.last_seq = self._acked = 0

    def resume_params(self) -> dict[str, Any]:
        """The params of session/resume. Its last_seq acknowledges as well."""
        self._acked = self.last_seq
        return {
            "session_id": self.session_id,
            "resume_token": self.token,
            "epoch": self.epoch,
            "last_seq": self.last_seq,
        }

    def arrived(self, seq: int) -> Arrival:
        if seq <= self.last_seq:
            return Arrival.COPY
        if seq > self.last_seq + 1:
            return Arrival.HOLE
        self.last_seq = seq
        return Arrival.NEXT

    @property
    def unacknowledged(self) -> int:
        return self.last_seq - self._acked if self.numbered else 0

    def take_ack(self) -> int | None:
        """The seq to acknowledge now, or None when there is nothing new."""
        if self.unacknowledged == 0:
            return None
        self._acked = self.last_seq
        return self.last_seq
