"""Audio streams: PCM (or packets) in, frames of protocol section 10 out."""

from __future__ import annotations

import struct
from typing import Any

from ._calls import perform, tool_spec
from ._driver import Driver
from ._errors import MCPError, make_error

SAMPLE_BYTES = {"s16le": 2, "s24le": 3, "f32le": 4, "mulaw": 1, "alaw": 1}
"""Bytes of one sample of one channel; opus has packets instead."""

_OPUS_CLOCK = 48_000
"""Opus counts its time at 48 kHz, whatever the rate it is decoded to (RFC 7587 section 4.1)."""

_HEADER = struct.Struct("<BBHIQ")  # version, flags, stream_no, sequence, capture_ts
_VERSION = 1
_END = 1
MAX_PAYLOAD = 65_536


def frame(stream_no: int, sequence: int, capture_ts: int, payload: bytes, *, end: bool = False) -> bytes:
    """One binary message: 16 bytes of header, little-endian, and the payload. The sequence wraps at 2^32."""
    return _HEADER.pack(_VERSION, _END if end else 0, stream_no, sequence & 0xFFFFFFFF, capture_ts) + payload


class Framer:
    """Cuts PCM of any chunking into frames of `frame_ms`; the newest is held back, so that the last can say it is the last."""

    def __init__(self, stream_no: int, codec: str, sample_rate: int, channels: int, frame_ms: float) -> None:
        self._stream_no = stream_no
        clock = sample_rate if codec in SAMPLE_BYTES else _OPUS_CLOCK
        self._samples = max(1, round(clock * frame_ms / 1000))  # in a frame, by the stream's clock
        self._block = SAMPLE_BYTES.get(codec, 0) * channels  # bytes of one sample of all channels; 0: packets
        self._frame_bytes = self._samples * self._block
        if self._frame_bytes > MAX_PAYLOAD:
            raise ValueError(f"frames of {frame_ms} ms have {self._frame_bytes} bytes; at most {MAX_PAYLOAD} are allowed")
        self._rest = bytearray()
        self._held: bytes | None = None
        self._sequence = 0
        self._timestamp = 0

    def push(self, data: bytes) -> list[bytes]:
        """The frames that are complete now. Of opus each `data` is one packet."""
        if self._block == 0:
            return self._hold(bytes(data))
        self._rest += data
        frames: list[bytes] = []
        while len(self._rest) >= self._frame_bytes:
            frames += self._hold(bytes(self._rest[: self._frame_bytes]))
            del self._rest[: self._frame_bytes]
        return frames

    def finish(self) -> list[bytes]:
        """The rest, with the end flag on the last. Raises ValueError when the data end within a sample."""
        frames: list[bytes] = []
        if self._rest:
            if len(self._rest) % self._block:
                raise ValueError(f"the audio ends within a sample: {len(self._rest) % self._block} bytes are left over")
            frames += self._hold(bytes(self._rest))
            self._rest.clear()
        last, self._held = self._held, None
        frames.append(self._frame(last or b"", end=True))
        return frames

    def _hold(self, payload: bytes) -> list[bytes]:
        before, self._held = self._held, payload
        return [] if before is None else [self._frame(before, end=False)]

    def _frame(self, payload: bytes, *, end: bool) -> bytes:
        made = frame(self._stream_no, self._sequence, self._timestamp, payload, end=end)
        self._sequence += 1
        self._timestamp += len(payload) // self._block if self._block else self._samples
        return made


class AudioStream:
    """An open audio stream; made by `MCPClient.open_audio`. Use it with ``async with``, or close it."""

    def __init__(self, driver: Driver, opened: dict[str, Any], framer: Framer) -> None:
        self.stream_id: str = opened["stream_id"]
        """Names it in `audio/analyze` and `audio/close`."""
        self.stream_no: int = opened["stream_no"]
        """Names it in the frames."""
        self._driver = driver
        self._framer = framer
        self._lost: MCPError | None = None
        self._report: Any = None
        driver.on_session_lost.append(self._session_lost)

    async def send(self, data: bytes) -> None:
        """Sends PCM of any length (opus: one packet). Waits for the socket, and while the client is reconnecting."""
        await self._send(self._framer.push(data))

    async def analyze(self, metrics: list[str] | None = None) -> Any:
        """The report so far (`audio/analyze`); `metrics`: any of ``quality``, ``latency``, ``errors``."""
        arguments: dict[str, Any] = {"stream_id": self.stream_id}
        if metrics is not None:
            arguments["metrics"] = metrics
        return await perform(self._driver, tool_spec("audio/analyze", arguments))

    async def close(self) -> Any:
        """Sends what is left with the end flag, closes the stream and returns the final report. A second close returns it again."""
        if self._report is None:
            await self._send(self._framer.finish())
            self._report = await perform(self._driver, tool_spec("audio/close", {"stream_id": self.stream_id}))
            self._forget()
        return self._report

    async def __aenter__(self) -> AudioStream:
        return self

    async def __aexit__(self, kind: object, error: object, trace: object) -> None:
        if error is None:
            await self.close()
        else:
            self._forget()

    async def _send(self, frames: list[bytes]) -> None:
        for message in frames:
            if self._lost is not None:
                raise self._lost
            await self._driver.send_binary(message)
        if self._lost is not None:
            raise self._lost

    def _session_lost(self, reason: str) -> None:
        details = {"outcome": "unknown", "reason": reason, "stream_id": self.stream_id}
        self._lost = make_error("CONNECTION_LOST", "the session the audio stream belonged to is gone", details)
        self._forget()

    def _forget(self) -> None:
        if self._session_lost in self._driver.on_session_lost:
            self._driver.on_session_lost.remove(self._session_lost)
