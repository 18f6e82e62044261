"""Collects what the core puts out, in order; makes envelopes, and arrays of the messages of one group."""

from __future__ import annotations

import json
from typing import Any

from ._meter import Meter
from ._outputs import Output, Send
from ._session import SessionState
from ._types import Limits


def encode(value: Any) -> str:
    """Compact JSON. Raises ValueError or TypeError for what JSON or UTF-8 cannot hold (NaN, lone surrogates, objects)."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    text.encode()
    return text


def size_of(text: str) -> int:
    """Bytes of UTF-8."""
    return len(text) if text.isascii() else len(text.encode())


class Outbox:
    """`emit` and `send` append; `take` hands over and empties."""

    def __init__(self, session: SessionState, meter: Meter, protocol_version: str) -> None:
        self.limits = Limits()
        self._session = session
        self._meter = meter
        self._version = protocol_version
        self._outputs: list[Output] = []
        self._group: int | None = None
        self._parts: list[str] = []
        self._bytes = 0

    def envelope(self, message_type: str, message_id: str, fields: str) -> str:
        """The text of one message; `fields` are its further members as JSON text, without braces."""
        head = encode({"protocol_version": self._version, "message_type": message_type, "message_id": message_id})
        return f"{head[:-1]},{fields}}}"

    def send(self, text: str, now: float, group: int | None = None, *, ack: bool = False) -> None:
        """One message; neighbours of the same group leave as one array. With `ack` it acknowledges on the way."""
        if ack and self._session.unacknowledged and size_of(text) + 32 <= self.limits.max_message_bytes:
            text = f'{text[:-1]},"ack":{self._session.take_ack()}}}'
        self._meter.message_out(now)
        size = size_of(text) + 1  # the comma
        fits = len(self._parts) < self.limits.max_batch and self._bytes + size < self.limits.max_message_bytes
        if self._parts and (group is None or group != self._group or not fits):
            self._flush()
        self._parts.append(text)
        self._bytes += size
        self._group = group
        if group is None:
            self._flush()

    def emit(self, output: Output) -> None:
        self._flush()
        self._outputs.append(output)

    def take(self) -> list[Output]:
        self._flush()
        outputs, self._outputs = self._outputs, []
        return outputs

    def _flush(self) -> None:
        if not self._parts:
            return
        text = self._parts[0] if len(self._parts) == 1 else "[" + ",".join(self._parts) + "]"
        self._parts, self._bytes, self._group = [], 0, None
        self._outputs.append(Send(text))
