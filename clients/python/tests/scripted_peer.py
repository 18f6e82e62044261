"""A WebSocket server that does what a test says, on port 0, for the old and the new `websockets` library."""

from __future__ import annotations

import asyncio
import http
import json
import ssl
from typing import Any

from websockets.exceptions import ConnectionClosed

try:
    from websockets.asyncio.server import serve as _serve
    from websockets.datastructures import Headers
    from websockets.http11 import Response

    NEW = True
except ImportError:
    from websockets.legacy.server import WebSocketServerProtocol
    from websockets.legacy.server import serve as _serve

    NEW = False

BOUND_S = 10.0
"""The one bound of every wait."""


async def bounded(awaitable: Any, what: str) -> Any:
    """Waits for it, for at most the bound."""
    task = asyncio.ensure_future(awaitable)
    done, _ = await asyncio.wait([task], timeout=BOUND_S)
    if not done:
        task.cancel()
        raise AssertionError(f"did not happen within {BOUND_S:g} s: {what}")
    return task.result()


class Attempt:
    """A handshake that waits for its decision."""

    def __init__(self, headers: Any) -> None:
        self.headers = headers
        self.decision: asyncio.Future[tuple[int, dict[str, str], Any] | None] = asyncio.get_running_loop().create_future()
        self.connection: asyncio.Future[Connection] = asyncio.get_running_loop().create_future()

    def refuse(self, status: int, body: Any = None, headers: dict[str, str] | None = None) -> None:
        self.decision.set_result((status, headers or {}, body))

    async def accept(self) -> Connection:
        self.decision.set_result(None)
        connection: Connection = await bounded(asyncio.shield(self.connection), "the connection opens")
        return connection


class Connection:
    """One accepted connection. Arrays are taken apart; `arrays` counts them."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self.messages: asyncio.Queue[Any] = asyncio.Queue()
        self.binary: asyncio.Queue[bytes] = asyncio.Queue()
        self.arrays: list[int] = []
        self.closed: asyncio.Future[tuple[int, str]] = asyncio.get_running_loop().create_future()
        self._ids = 0
        self.seq = 0

    async def serve(self) -> None:
        try:
            while True:
                message = await self.socket.recv()
                if isinstance(message, bytes):
                    self.binary.put_nowait(message)
                    continue
                value = json.loads(message)
                if isinstance(value, list):
                    self.arrays.append(len(value))
                for element in value if isinstance(value, list) else [value]:
                    self.messages.put_nowait(element)
        except ConnectionClosed as end:
            code = end.rcvd.code if end.rcvd is not None else 1006
            self.closed.set_result((code, end.rcvd.reason if end.rcvd is not None else ""))
            self.messages.put_nowait(None)

    async def next(self, *, skip_quiet: bool = True) -> Any:
        """The next message; acks and heartbeats are passed over unless told otherwise. None is the end."""
        while True:
            message = await bounded(self.messages.get(), "a message arrives")
            if message is None or not skip_quiet or not is_quiet(message):
                return message

    async def send(self, value: Any) -> None:
        await self.socket.send(value if isinstance(value, str) else json.dumps(value))

    async def message(self, kind: str, fields: dict[str, Any], *, numbered: bool = False) -> None:
        """One envelope; `numbered` gives it the next seq."""
        self._ids += 1
        prefix = {"response": "resp", "event": "evt", "error": "err", "diagnostic": "diag", "heartbeat": "hb"}[kind]
        message = {"protocol_version": "2.0", "message_type": kind, "message_id": f"{prefix}-p{self._ids}", **fields}
        if numbered:
            self.seq += 1
            message["seq"] = self.seq
        await self.send(message)

    async def answer(self, request: Any, result: Any, *, numbered: bool = False) -> None:
        await self.message("response", {"request_id": request["message_id"], "result": result, "metrics": {}}, numbered=numbered)

    async def refuse(self, request: Any, code: str, details: Any = None, *, numbered: bool = False) -> None:
        fields = {"request_id": request["message_id"], "error_code": code, "error_message": code.lower(), "details": details or {}}
        await self.message("error", fields, numbered=numbered)

    async def close(self, code: int, reason: str = "") -> None:
        await self.socket.close(code, reason)

    def cut(self) -> None:
        """Breaks the TCP connection without a Close."""
        self.socket.transport.abort()


def is_quiet(message: Any) -> bool:
    """An ack or a heartbeat: may come at any time."""
    return message.get("message_type") == "heartbeat" or message.get("event_type") == "ack"


class ScriptedPeer:
    """`async with ScriptedPeer() as peer: attempt = await peer.attempt()`."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.attempts: asyncio.Queue[Attempt] = asyncio.Queue()
        self._tls = tls
        self.tried = 0
        self.port = 0
        self._server: Any = None
        self._open: set[Connection] = set()
        self._undecided: set[Attempt] = set()

    @property
    def uri(self) -> str:
        return f"{'ws' if self._tls is None else 'wss'}://127.0.0.1:{self.port}/api/mcp/ws"

    async def __aenter__(self) -> ScriptedPeer:
        arguments: dict[str, Any] = {
            "subprotocols": ["mcp.v2"],
            "compression": None,
            "ping_interval": None,
            "close_timeout": 1,
            "max_size": None,
            "ssl": self._tls,
        }
        if NEW:
            arguments.update(open_timeout=None, process_request=self._new_request)
        else:
            arguments.update(create_protocol=self._old_protocol())
        self._server = await _serve(self._handle, "127.0.0.1", 0, **arguments)
        self.port = next(iter(self._server.sockets)).getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        for attempt in list(self._undecided):
            attempt.refuse(503)
        for connection in list(self._open):
            connection.cut()
        self._server.close()
        await self._server.wait_closed()

    async def attempt(self) -> Attempt:
        attempt: Attempt = await bounded(self.attempts.get(), "the client connects")
        return attempt

    async def attempt_unbounded(self) -> Attempt:
        return await self.attempts.get()

    async def accept(self) -> Connection:
        return await (await self.attempt()).accept()

    async def _decide(self, socket: Any, headers: Any) -> tuple[int, dict[str, str], Any] | None:
        self.tried += 1
        attempt = socket.attempt = Attempt(headers)
        self._undecided.add(attempt)
        self.attempts.put_nowait(attempt)
        decision = await attempt.decision
        self._undecided.discard(attempt)
        return decision

    def _old_protocol(self) -> Any:
        peer = self

        class Protocol(WebSocketServerProtocol):
            async def process_request(self, path: str, headers: Any) -> Any:
                decision = await peer._decide(self, headers)
                if decision is None:
                    return None
                status, extra, body = decision
                told = [*extra.items(), ("Content-Type", "application/json")]
                return http.HTTPStatus(status), told, json.dumps(body).encode()

        return Protocol

    async def _new_request(self, connection: Any, request: Any) -> Any:
        decision = await self._decide(connection, request.headers)
        if decision is None:
            return None
        status, extra, body = decision
        content = json.dumps(body).encode()
        headers = Headers([*extra.items(), ("Content-Type", "application/json"), ("Content-Length", str(len(content)))])
        return Response(status, http.HTTPStatus(status).phrase, headers, content)

    async def _handle(self, socket: Any, path: str | None = None) -> None:
        connection = Connection(socket)
        self._open.add(connection)
        socket.attempt.connection.set_result(connection)
        try:
            await connection.serve()
        finally:
            self._open.discard(connection)
