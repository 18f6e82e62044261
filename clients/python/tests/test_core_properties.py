"""Properties that hold whatever happens."""

from __future__ import annotations

import json
import struct
from typing import Any

from core_bench import WELCOME, Bench
from hypothesis import given, settings
from hypothesis import strategies as st

from mcp_client._audio import Framer
from mcp_client._gate import RateGate
from mcp_client._outputs import Drop, Fail, Open, Resolve, Send

STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["call", "ping", "cancel", "elapse", "close_code", "cut", "open", "refuse_open", "welcome", "answer", "error", "chunk", "copy",
             "hole", "drain", "junk", "user_close", "connect"]
        ),
        st.integers(0, 9),
    ),
    max_size=120,
)  # fmt: skip

CODES = ["RATE_LIMIT_EXCEEDED", "SERVER_OVERLOADED", "TOOL_TIMEOUT", "INTERNAL_ERROR", "INVALID_PARAMS", "METHOD_NOT_FOUND"]
CLOSES = [1000, 1001, 1006, 1011, 1012, 4401, 4409, 4429, 4430, 1009]


@settings(max_examples=400, deadline=None)
@given(STEPS)
def test_every_request_ends_exactly_once_and_nothing_is_sent_without_a_connection(steps: list[tuple[str, int]]) -> None:
    world = World()
    for name, number in steps:
        world.step(name, number)
    world.bench.core.close(world.bench.now)
    world.look()
    assert sorted(world.ended) == sorted(world.begun)
    assert world.bench.core.next_deadline() is None
    assert world.bench.core.open_requests == 0


class World:
    """A core and a peer that does anything a peer can do."""

    def __init__(self) -> None:
        self.bench = Bench()
        self.begun: list[int] = []
        self.ended: list[int] = []
        self.unanswered: list[Any] = []
        self.transport = "none"

    def look(self) -> None:
        """Takes the outputs and checks them in their order."""
        for output in self.bench.take():
            match output:
                case Open():
                    assert self.transport == "none"
                    self.transport = "opening"
                case Drop():
                    assert self.transport != "none"
                    self.transport = "none"
                case Send():
                    assert self.transport == "open"
                    value = json.loads(output.text)
                    self.unanswered += value if isinstance(value, list) else [value]
                case Resolve() | Fail():
                    self.ended.append(output.handle)

    def step(self, name: str, number: int) -> None:
        bench = self.bench
        match name:
            case "call":
                self.begun.append(bench.call(f"t{number % 3}", idempotency_key="k" if number == 5 else None))
            case "ping":
                self.begun.append(bench.request("ping"))
            case "cancel":
                bench.core.cancel(number, bench.now)
            case "elapse":
                self.elapse([0.01, 0.3, 1, 2, 5, 10, 31, 60, 90, 200][number])
            case "connect":
                bench.core.connect(bench.now)
            case "user_close":
                bench.core.close(bench.now)
            case "open" if self.transport == "opening":
                self.transport = "open"
                bench.core.opened(bench.now)
            case "refuse_open" if self.transport == "opening":
                self.transport = "none"
                bench.core.open_failed([None, 401, 429, 503, 500][number % 5], None, "no", bench.now)
            case "close_code" | "cut" if self.transport == "open":
                self.transport = "none"
                bench.core.closed(1006 if name == "cut" else CLOSES[number], "", bench.now)
            case _ if self.transport == "open":
                self.peer(name, number)
        self.look()

    def elapse(self, seconds: float) -> None:
        until = self.bench.now + seconds
        for _ in range(1000):
            due = self.bench.core.next_deadline()
            if due is None or due > until:
                break
            self.bench.now = max(self.bench.now, due)
            self.bench.core.tick(self.bench.now)
            self.look()
        else:
            raise AssertionError("timers that never end")
        self.bench.now = until

    def peer(self, name: str, number: int) -> None:
        bench = self.bench
        requests = [message for message in self.unanswered if message["message_type"] == "request"]
        match name:
            case "welcome":
                bench.message("event", {"event_type": "welcome", "data": WELCOME}, numbered=False)
            case "answer" if requests:
                request = requests[number % len(requests)]
                self.unanswered.remove(request)
                self.answer(request, number)
            case "error" if requests:
                request = requests[number % len(requests)]
                self.unanswered.remove(request)
                details = {"retry_after_ms": 100 * number} if number % 2 else {}
                bench.refuse(request, CODES[number % len(CODES)], details, numbered=self.numbered)
            case "chunk" if requests:
                data = {"request_id": requests[-1]["message_id"], "index": number % 3, "chunk": number}
                bench.message("event", {"event_type": "tool.chunk", "data": data}, numbered=self.numbered)
            case "copy" if self.numbered:
                bench.seq = max(0, bench.seq - 1)
                bench.message("event", {"event_type": "note"})
            case "hole" if self.numbered:
                bench.seq += 3
                bench.message("event", {"event_type": "note"})
            case "drain":
                bench.message("event", {"event_type": "server.draining", "data": {"reconnect_after_ms": 50}}, numbered=self.numbered)
            case "junk":
                junk = ["", "[]", "[1]", "nul", '{"message_type":"response"}', '{"message_type":[]}', "\x00", "1e999", '{"a":', "[" * 5000]
                bench.core.text(junk[number], bench.now)

    @property
    def numbered(self) -> bool:
        return self.bench.core._session.numbered

    def answer(self, request: Any, number: int) -> None:
        bench = self.bench
        if request["method"] == "session/hello":
            bench.seq = 0
            token = {"resume_token": "t", "epoch": 1} if number % 2 else {}
            bench.answer(request, {"session_id": "s", **token}, numbered=bool(number % 2))
        elif request["method"] == "session/resume":
            bench.seq = request["params"]["last_seq"]
            told = {"resumed": number < 7, "resume_token": "t2", "replayed": number % 3, "in_flight": [], "reason": "gap"}
            bench.answer(request, told, numbered=False)
        elif request["method"] == "tools/list":
            tools = [{"name": f"t{n}", "annotations": {"readOnlyHint": bool(n)}} for n in range(2)]
            bench.answer(request, {"tools": tools, **({"next_cursor": "x"} if number == 9 else {})}, numbered=self.numbered)
        else:
            bench.answer(request, {"chunks": number} if number < 3 else {}, numbered=self.numbered)


@given(st.lists(st.floats(0, 30), min_size=1, max_size=200), st.integers(1, 20))
def test_the_gate_never_lets_more_than_the_limit_through_in_any_minute(gaps: list[float], limit: int) -> None:
    gate = RateGate(enabled=True)
    gate.set_limit(limit)
    now, left = 0.0, []
    for gap in gaps:
        now = max(now + gap, gate.opens_at(now + gap))
        assert gate.opens_at(now) <= now
        gate.sent(now)
        left.append(now)
    for start in left:
        assert len([time for time in left if start <= time < start + 60]) <= limit


@given(
    st.lists(st.binary(max_size=700), max_size=30),
    st.sampled_from([("s16le", 2), ("s24le", 3), ("f32le", 4), ("mulaw", 1)]),
    st.integers(1, 3),
    st.integers(1, 40),
)
def test_frames_hold_the_audio_whole_in_order_and_the_last_says_so(
    pieces: list[bytes], codec: tuple[str, int], channels: int, frame_ms: int
) -> None:
    block = codec[1] * channels
    whole = b"".join(pieces)
    whole = whole[: len(whole) // block * block]
    framer = Framer(513, codec[0], 8000, channels, frame_ms)
    frames: list[bytes] = []
    for start in range(0, len(whole), 97):
        frames += framer.push(whole[start : start + 97])
    frames += framer.finish()
    payload, samples = b"", 0
    for index, frame in enumerate(frames):
        version, flags, stream_no, sequence, timestamp = struct.unpack("<BBHIQ", frame[:16])
        assert (version, stream_no, sequence, timestamp) == (1, 513, index, samples)
        assert flags == (1 if index == len(frames) - 1 else 0)
        assert len(frame) - 16 <= 8 * frame_ms * block
        payload += frame[16:]
        samples += (len(frame) - 16) // block
    assert payload == whole
