"""A scripted peer that welcomes, answers hello, and hands every other message to a function."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from core_bench import WELCOME
from scripted_peer import Attempt, Connection, ScriptedPeer

from mcp_client import MCPClient

Serve = Callable[[Connection, dict[str, Any]], Awaitable[None]]


async def echo(connection: Connection, message: dict[str, Any]) -> None:
    """Answers tools/call with its arguments, everything else with `{}`."""
    if message["method"] == "tools/call":
        await connection.answer(message, message["params"]["arguments"], numbered=True)
    elif message["method"].startswith("events/"):
        await connection.answer(message, {"event_types": message["params"]["event_types"]}, numbered=True)
    else:
        await connection.answer(message, {}, numbered=True)


class Served:
    """Accepts every connection. Sessions are resumable but never resumed, unless `resumes`."""

    def __init__(self, peer: ScriptedPeer, serve: Serve = echo, *, resumes: bool = False, **welcome: Any) -> None:
        self.methods: list[str] = []
        self.connections: list[Connection] = []
        self.attempts: list[Attempt] = []
        self.acks: list[int] = []
        self._peer = peer
        self._serve = serve
        self._resumes = resumes
        self._welcome = {**WELCOME, **welcome}
        self._tasks: list[asyncio.Task[None]] = []

    async def __aenter__(self) -> Served:
        self._tasks.append(asyncio.create_task(self._accept()))
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        for outcome in await asyncio.gather(*self._tasks, return_exceptions=True):
            if isinstance(outcome, Exception):
                raise outcome

    async def _accept(self) -> None:
        while True:
            attempt = await self._peer.attempts.get()
            self.attempts.append(attempt)
            connection = await attempt.accept()
            self.connections.append(connection)
            self._tasks.append(asyncio.create_task(self._talk(connection)))

    async def _talk(self, connection: Connection) -> None:
        await connection.message("event", {"event_type": "welcome", "data": self._welcome})
        while (message := await connection.messages.get()) is not None:
            if "ack" in message:
                self.acks.append(message["ack"])
            if message["message_type"] == "heartbeat":
                echo = {"client_id": "server", "uptime": 1, "metrics": {"echo": message["message_id"]}}
                await connection.message("heartbeat", echo)
                continue
            if message["message_type"] == "event":
                self.acks.append(message["data"]["seq"])
                continue
            self.methods.append(message["method"])
            if message["method"] == "session/hello":
                await connection.answer(message, {"session_id": "ses-1", "resume_token": "t", "epoch": 1}, numbered=True)
            elif message["method"] == "session/resume":
                connection.seq = message["params"]["last_seq"]
                told = {"resumed": True, "resume_token": "t2", "replayed": 0, "in_flight": []}
                await connection.answer(message, told if self._resumes else {"resumed": False, "reason": "expired"})
            else:
                await self._serve(connection, message)


def client_of(peer: ScriptedPeer, **options: Any) -> MCPClient:
    """A client of that peer, quick to come back."""
    wanted = {"reconnect_initial_delay_s": 0.001, "reconnect_max_delay_s": 0.002, "retry_initial_delay_s": 0.001, "retry_max_delay_s": 0.002}
    return MCPClient(**{"uri": peer.uri, "api_key": "k" * 16, **wanted, **options})
