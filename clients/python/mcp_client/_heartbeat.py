"""Heartbeats and the watch for silence (protocol section 9)."""

from __future__ import annotations

from typing import Any

from ._meter import Meter
from ._options import ClientOptions
from ._outbox import Outbox, encode
from ._timers import Timers


class Heartbeat:
    """Sets the timers ``heartbeat`` and ``silence``; the core acts when they are due."""

    DEFAULT_S = 30.0
    SILENT_INTERVALS = 2

    def __init__(self, options: ClientOptions, outbox: Outbox, timers: Timers, meter: Meter) -> None:
        self._wanted = options.heartbeat_interval_s
        self._interval = self._wanted or self.DEFAULT_S
        self._outbox = outbox
        self._timers = timers
        self._meter = meter
        self._count = 0
        self._out: tuple[str, float] | None = None
        self._paused = False

    def begin(self, now: float) -> None:
        """A transport is open."""
        self._out = None
        self.heard(now)

    def told(self, interval_s: float | None, now: float) -> None:
        """The welcome names the server's interval; the user's own goes before it."""
        if self._wanted is None and interval_s is not None and interval_s > 0:
            self._interval = interval_s
        self.heard(now)

    def ready(self, now: float) -> None:
        self._timers.set("heartbeat", now + self._interval)

    def heard(self, now: float) -> None:
        """Something arrived."""
        if not self._paused:
            self._timers.set("silence", now + self.SILENT_INTERVALS * self._interval)

    def pause(self, paused: bool, now: float) -> None:
        self._paused = paused
        if paused:
            self._timers.clear("silence")
        elif self._timers.is_set("heartbeat"):
            self.heard(now)

    def beat(self, client_id: str, now: float) -> None:
        self._count += 1
        message_id = f"hb-{self._count}"
        fields = encode({"client_id": client_id, "uptime": self._meter.uptime(now)})[1:-1]
        self._out = (message_id, now)
        self._outbox.send(self._outbox.envelope("heartbeat", message_id, fields), now, ack=True)
        self._timers.set("heartbeat", now + self._interval)

    def answered(self, echo: Any, now: float) -> None:
        if self._out is not None and echo == self._out[0]:
            self._meter.rtt_ms = (now - self._out[1]) * 1000

    def end(self) -> None:
        self._timers.clear("heartbeat")
        self._timers.clear("silence")
