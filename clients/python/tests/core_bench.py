"""A core on the bench: manual time, fixed chance, and a peer that is this object."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from mcp_client._core import ClientCore
from mcp_client._options import ClientOptions
from mcp_client._outputs import Drop, Fail, Open, Output, RequestSpec, Resolve, Send, State

WELCOME: dict[str, Any] = {
    "client_id": "client-1",
    "session_id": "ses-1",
    "server": {"name": "patchbay", "version": "0.1.0"},
    "protocol_versions": ["2.0"],
    "heartbeat_interval_s": 30,
    "limits": {"messages_per_minute": 100, "max_message_bytes": 262144, "max_batch": 64, "max_in_flight": 64},
    "capabilities": ["tools", "batching", "streaming", "resume", "diagnostics", "events"],
}


class Bench:
    """Feeds inputs, collects outputs. `random` is one half unless told otherwise, time starts at 1,000 s."""

    def __init__(self, *, random: Callable[[], float] = lambda: 0.5, **options: Any) -> None:
        wanted = {"uri": "ws://127.0.0.1:1/api/mcp/ws", "api_key": "k" * 16, **options}
        self.core = ClientCore(ClientOptions(**wanted), random=random, wall=lambda: 1_700_000_000.0)
        self.now = 1000.0
        self.seq = 0
        self._ids = 0
        self.outputs: list[Output] = []

    # what comes out

    def take(self) -> list[Output]:
        """Everything since the last take."""
        taken = [*self.outputs, *self.core.take()]
        self.outputs = []
        return taken

    def sent(self) -> list[Any]:
        """The messages sent since the last take, arrays as lists; other outputs are kept."""
        taken = self.take()
        self.outputs = [output for output in taken if not isinstance(output, Send)]
        return [json.loads(output.text) for output in taken if isinstance(output, Send)]

    def of(self, kind: type[Any]) -> list[Any]:
        """The outputs of one kind; the others are kept."""
        taken = self.take()
        self.outputs = [output for output in taken if not isinstance(output, kind)]
        return [output for output in taken if isinstance(output, kind)]

    # what goes in

    def elapse(self, seconds: float) -> None:
        """Time passes, every timer at its due time."""
        until = self.now + seconds
        while (due := self.core.next_deadline()) is not None and due <= until:
            self.now = max(self.now, due)
            self.core.tick(self.now)
        self.now = until
        self.core.tick(self.now)

    def text(self, value: Any) -> None:
        self.core.text(json.dumps(value), self.now)

    def message(self, kind: str, fields: dict[str, Any], *, numbered: bool = True) -> None:
        """One envelope from the server, with the next seq when the session is resumable."""
        self._ids += 1
        prefix = {"response": "resp", "event": "evt", "error": "err", "diagnostic": "diag", "heartbeat": "hb"}[kind]
        message = {"protocol_version": "2.0", "message_type": kind, "message_id": f"{prefix}-s{self._ids}", **fields}
        if numbered:
            self.seq += 1
            message["seq"] = self.seq
        self.text(message)

    def answer(self, request: Any, result: Any, *, numbered: bool = True) -> None:
        self.message("response", {"request_id": request["message_id"], "result": result}, numbered=numbered)

    def refuse(self, request: Any, code: str, details: dict[str, Any] | None = None, *, numbered: bool = True) -> None:
        fields = {"request_id": request["message_id"], "error_code": code, "error_message": code.lower(), "details": details or {}}
        self.message("error", fields, numbered=numbered)

    def welcome(self, **changed: Any) -> None:
        self.core.opened(self.now)
        self.message("event", {"event_type": "welcome", "source": "system", "data": {**WELCOME, **changed}}, numbered=False)

    def hello(self, *, resumable: bool = True, **changed: Any) -> None:
        """Opens, welcomes and answers the hello that follows."""
        self.welcome(**changed)
        [hello] = self.sent()
        assert hello["method"] == "session/hello", hello
        self.seq = 0
        session = {"resume_token": "t1", "epoch": 1, "session_ttl_s": 120} if resumable else {}
        result = {"session_id": "ses-1", "client_id": "client-1", "heartbeat_interval_s": 30, "limits": {}, **session}
        self.answer(hello, result, numbered=resumable)

    def connect(self, *, resumable: bool = True, **changed: Any) -> None:
        self.core.connect(self.now)
        assert self.of(Open)
        self.hello(resumable=resumable, **changed)
        assert self.core.state == "connected"
        self.take()

    def reconnect(self) -> None:
        """Waits for the next attempt and opens it."""
        self.elapse((self.core.next_deadline() or self.now) - self.now)
        assert self.of(Open), "no attempt was made"

    def resume(self, *, replayed: int = 0, in_flight: list[str] | None = None, token: str = "t2") -> Any:
        """Welcomes and answers the session/resume that follows; returns its params."""
        self.welcome(session_id="ses-2")
        [resume] = self.sent()
        assert resume["method"] == "session/resume", resume
        self.answer(
            resume,
            {"resumed": True, "resume_token": token, "replayed": replayed, "in_flight": in_flight or []},
            numbered=False,
        )
        return resume["params"]

    def call(self, name: str = "debug/echo", arguments: dict[str, Any] | None = None, **spec: Any) -> int:
        params = {"name": name, "arguments": arguments or {}}
        return self.core.request(RequestSpec(method="tools/call", params=params, **spec), self.now)

    def request(self, method: str, params: dict[str, Any] | None = None, **spec: Any) -> int:
        return self.core.request(RequestSpec(method=method, params=params or {}, **spec), self.now)


def fails(bench: Bench) -> list[tuple[int, str]]:
    return [(failure.handle, failure.error.code) for failure in bench.of(Fail)]


def chunk(bench: Bench, call: Any, index: int) -> None:
    data = {"request_id": call["message_id"], "index": index, "chunk": f"c{index}"}
    bench.message("event", {"event_type": "tool.chunk", "data": data})


__all__ = ["Bench", "chunk", "fails", "WELCOME", "Drop", "Fail", "Open", "Resolve", "Send", "State"]
