"""Counts and times, and the report of protocol section 9 made of them."""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

from ._codes import ERROR_CODES, VIOLATION_TYPES
from ._errors import MCPError
from ._rates import MinuteCounter

NEWEST = 1000


def percentiles(values: deque[float]) -> dict[str, float]:
    """p50, p95, p99 by nearest rank, and max; zeros when there is nothing."""
    ordered = sorted(values)
    if not ordered:
        return {"p50": 0, "p95": 0, "p99": 0, "max": 0}
    ranks = {name: ordered[math.ceil(share * len(ordered)) - 1] for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))}
    return {**ranks, "max": ordered[-1]}


class _ToolMeter:
    def __init__(self) -> None:
        self.calls = 0
        self.errors: Counter[str] = Counter()
        self.latencies: deque[float] = deque(maxlen=NEWEST)

    def report(self) -> dict[str, Any]:
        failed = sum(self.errors.values())
        return {
            "calls": self.calls,
            "errors": failed,
            "success_rate": (self.calls - failed) / self.calls,
            "latency_ms": percentiles(self.latencies),
            "error_codes": dict(self.errors),
            "cpu_ms": None,  # the server's to know
            "allocated_bytes": None,
        }


class Meter:
    """What this client counted since it was made."""

    def __init__(self, wall: Callable[[], float]) -> None:
        self._wall = wall
        self._sent = self._received = 0
        self._rate_in, self._rate_out = MinuteCounter(), MinuteCounter()
        self._ended, self._failed = MinuteCounter(), MinuteCounter()
        self._latencies: deque[float] = deque(maxlen=NEWEST)
        self._tools: dict[str, _ToolMeter] = {}
        self._violations: deque[dict[str, Any]] = deque(maxlen=NEWEST)
        self._violation_types: Counter[str] = Counter()
        self._started: float | None = None
        self.rtt_ms: float | None = None
        self.reconnect_attempts = 0
        self.resumed = 0
        self.last_error: MCPError | None = None

    def started(self, now: float) -> None:
        if self._started is None:
            self._started = now

    def uptime(self, now: float) -> float:
        return 0.0 if self._started is None else now - self._started

    def message_out(self, now: float) -> None:
        self._sent += 1
        self._rate_out.add(now)

    def message_in(self, now: float) -> None:
        self._received += 1
        self._rate_in.add(now)

    def violation(self, kind: str, details: dict[str, Any]) -> None:
        """Notes a violation under its snake-case name."""
        stamp = datetime.fromtimestamp(self._wall(), timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        self._violations.append({"timestamp": stamp, "type": kind, "details": details})
        self._violation_types[kind] += 1

    def refused(self, error: MCPError) -> None:
        """The server refused something; errors of form and of security are violations."""
        row = ERROR_CODES.get(error.code)
        if error.code in VIOLATION_TYPES and row is not None and row.group in ("protocol", "security"):
            self.violation(VIOLATION_TYPES[error.code], dict(error.details))

    def request_ended(self, now: float, tool: str | None, latency_ms: float | None, error: MCPError | None) -> None:
        """One request has its result or its error; `latency_ms` is None when it was never sent."""
        self._ended.add(now)
        if error is not None:
            self._failed.add(now)
        if latency_ms is not None:
            self._latencies.append(latency_ms)
        if tool is None:
            return
        meter = self._tools.setdefault(tool, _ToolMeter())
        meter.calls += 1
        if latency_ms is not None:
            meter.latencies.append(latency_ms)
        if error is not None:
            meter.errors[error.code] += 1

    def report(self, now: float, status: str) -> dict[str, Any]:
        """The diagnostics of this client, in the shape of section 9."""
        span = min(60.0, self.uptime(now)) or 1.0
        ended = self._ended.sum(now)
        last = self.last_error
        return {
            "message_counts": {"sent": self._sent, "received": self._received},
            "protocol_violations": [dict(entry) for entry in self._violations],
            "active_connections": 1 if status == "connected" else 0,
            "performance_metrics": {
                "uptime_s": self.uptime(now),
                "messages_per_second": {"in": self._rate_in.sum(now) / span, "out": self._rate_out.sum(now) / span},
                "error_rate": self._failed.sum(now) / ended if ended else 0,
                "latency_ms": percentiles(self._latencies),
                "tools": {name: meter.report() for name, meter in self._tools.items()},
            },
            "error_summary": {
                "total_violations": sum(self._violation_types.values()),
                "violation_types": dict(self._violation_types),
            },
            "connection": {
                "status": status,
                "reconnect_attempts": self.reconnect_attempts,
                "resumed": self.resumed,
                "last_error": None if last is None else {"error_code": last.code, "error_message": last.message},
                "rtt_ms": self.rtt_ms,
            },
        }
