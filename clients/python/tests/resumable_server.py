"""A small resumable server for tests: numbers, keeps and replays what it sends, and runs each request id once (protocol section 6)."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from core_bench import WELCOME
from scripted_peer import Connection, ScriptedPeer


class ResumableServer:
    """One session. `lines` is what `debug/append` has done."""

    def __init__(self, peer: ScriptedPeer) -> None:
        self.lines: list[str] = []
        self.resumes = 0
        self._peer = peer
        self._tasks: set[asyncio.Task[None]] = set()
        self._token: str | None = None
        self._kept: list[dict[str, Any]] = []
        self._seq = 0
        self._running: set[str] = set()
        self._answered: dict[str, dict[str, Any]] = {}
        self._connection: Connection | None = None

    async def __aenter__(self) -> ResumableServer:
        self._start(self._accept())
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        for outcome in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(outcome, Exception):
                raise outcome

    def _start(self, doing: Any) -> None:
        self._tasks.add(asyncio.create_task(doing))

    async def _accept(self) -> None:
        while True:
            attempt = await self._peer.attempt_unbounded()
            attempt.decision.set_result(None)
            attempt.connection.add_done_callback(lambda opened: self._start(self._talk(opened.result())))

    async def _talk(self, connection: Connection) -> None:
        await self._write(connection, "event", {"event_type": "welcome", "data": WELCOME})
        while (message := await connection.messages.get()) is not None:
            acked = message.get("ack", message.get("data", {}).get("seq", 0) if message.get("event_type") == "ack" else 0)
            self._kept = [kept for kept in self._kept if kept["seq"] > acked]
            if message["message_type"] == "request":
                await self._request(connection, message)

    async def _request(self, connection: Connection, message: dict[str, Any]) -> None:
        params, message_id = message["params"], message["message_id"]
        match message["method"]:
            case "session/hello":
                self._token, self._seq, self._kept, self._connection = "token-0", 0, [], connection
                await self._answer(message, {"session_id": "s", "resume_token": self._token, "epoch": 1})
            case "session/resume":
                await self._resume(connection, message, params)
            case _ if message_id in self._answered:
                await self._send("response", self._answered[message_id])
            case _ if message_id not in self._running:
                self._running.add(message_id)
                self._start(self._run(message, params))

    async def _resume(self, connection: Connection, message: dict[str, Any], params: dict[str, Any]) -> None:
        known = {self._token, f"token-{self.resumes - 1}"}  # the previous one, too: its answer may have been lost
        assert params["resume_token"] in known and params["last_seq"] <= self._seq
        self.resumes += 1
        self._token = f"token-{self.resumes}"
        missing = [kept for kept in self._kept if kept["seq"] > params["last_seq"]]
        self._connection = None
        result = {"resumed": True, "resume_token": self._token, "replayed": len(missing), "in_flight": sorted(self._running)}
        await self._write(connection, "response", {"request_id": message["message_id"], "result": result})
        for kept in missing:
            await self._quietly(connection, kept)
        while self._seq > (missing[-1]["seq"] if missing else params["last_seq"]):  # what came about meanwhile
            missing = [kept for kept in self._kept if kept["seq"] > (missing[-1]["seq"] if missing else params["last_seq"])]
            for kept in missing:
                await self._quietly(connection, kept)
        self._connection = connection

    async def _run(self, message: dict[str, Any], params: dict[str, Any]) -> None:
        name, arguments = params.get("name"), params.get("arguments", {})
        result: dict[str, Any] = arguments
        if message["method"] == "tools/list":
            result = {"tools": []}
        elif name == "debug/append":
            await asyncio.sleep(0)
            self.lines.append(arguments["line"])
        elif name == "debug/stream":
            for index in range(arguments["chunks"]):
                data = {"request_id": message["message_id"], "index": index, "chunk": "x" * 40}
                await self._send("event", {"event_type": "tool.chunk", "data": data})
                await asyncio.sleep(0)
            result = {"chunks": arguments["chunks"]}
        await self._answer(message, result)

    async def _answer(self, message: dict[str, Any], result: dict[str, Any]) -> None:
        fields = {"request_id": message["message_id"], "result": result}
        self._running.discard(message["message_id"])
        if message["method"] != "session/hello":
            self._answered[message["message_id"]] = fields
        await self._send("response", fields)

    async def _send(self, kind: str, fields: dict[str, Any]) -> None:
        self._seq += 1
        prefix = {"response": "resp", "event": "evt"}[kind]
        message = {"protocol_version": "2.0", "message_type": kind, "message_id": f"{prefix}-{self._seq}", "seq": self._seq, **fields}
        self._kept.append(message)
        if self._connection is not None:
            await self._quietly(self._connection, message)

    async def _write(self, connection: Connection, kind: str, fields: dict[str, Any]) -> None:
        prefix = {"response": "resp", "event": "evt"}[kind]
        await self._quietly(connection, {"protocol_version": "2.0", "message_type": kind, "message_id": f"{prefix}-x", **fields})

    async def _quietly(self, connection: Connection, message: dict[str, Any]) -> None:
        """A connection that is gone takes nothing; what is numbered waits for the resume."""
        try:
            await connection.socket.send(json.dumps(message))
        except Exception as error:
            if type(error).__name__ not in ("ConnectionClosed", "ConnectionClosedError", "ConnectionClosedOK"):
                raise
