"""MCPClient when connections break, when it is closed, and when callbacks are slow."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from typing import Any

import pytest
from loop_check import run
from scripted_peer import Connection, ScriptedPeer, bounded
from serving import Served, client_of, echo
from travel_loop import settle

from mcp_client import ConnectionLostError, MCPClient, MCPError, ReconnectionFailedError


def test_states_are_told_and_a_lost_connection_comes_back() -> None:
    async def test() -> None:
        states: list[str] = []
        async with ScriptedPeer() as peer, Served(peer, resumes=True) as served:
            client = client_of(peer)
            client.on_state(states.append)
            back = asyncio.Event()
            client.on_state(lambda state: back.set() if states.count("connected") == 2 else None)
            await client.connect()
            served.connections[0].cut()
            await bounded(back.wait(), "the client comes back")
            assert await client.call_tool("debug/echo", {"x": 1}) == {"x": 1}
            assert client.get_diagnostics()["connection"]["resumed"] == 1
            assert served.methods == ["session/hello", "session/resume", "tools/call"]
            await client.close()
            assert states == ["connecting", "connected", "reconnecting", "connected", "closed"]

    run(test())


def test_it_gives_up_and_says_so_to_open_calls_and_to_new_ones() -> None:
    async def test() -> None:
        async with ScriptedPeer() as peer:
            client = client_of(peer, reconnect_max_attempts=3)
            async with Served(peer, lambda connection, message: asyncio.sleep(0)) as served:
                await client.connect()
                call = asyncio.create_task(client.call_tool("t"))
                while served.methods != ["session/hello", "tools/call"]:
                    await asyncio.sleep(0)
            served.connections[0].cut()
            for _ in range(3):
                (await peer.attempt()).refuse(503)
            with pytest.raises(ReconnectionFailedError) as caught:
                await bounded(call, "the call ends")
            assert caught.value.details["attempts"] == 3 and caught.value.details["outcome"] == "unknown"
            with pytest.raises(ReconnectionFailedError):
                await client.call_tool("t")
            assert client.state == "closed"

    run(test())


def test_close_fails_what_is_open_and_may_be_called_from_a_callback() -> None:
    async def test() -> None:
        async with ScriptedPeer() as peer, Served(peer, lambda connection, message: asyncio.sleep(0)) as served:
            client = client_of(peer)
            await client.connect()
            call = asyncio.create_task(client.call_tool("t"))

            @client.on_event
            async def end(_: Any) -> None:
                await client.close()

            while served.methods != ["session/hello", "tools/call"]:
                await asyncio.sleep(0)
            await served.connections[0].message("event", {"event_type": "end"}, numbered=True)
            with pytest.raises(ConnectionLostError):
                await bounded(call, "the call ends")
            await client.close()
            await client.close()
            code, _ = await bounded(served.connections[0].closed, "the Close arrives")
            assert code == 1000

    run(test())


def test_close_ends_even_when_the_peer_does_not_read() -> None:
    async def test() -> None:
        finished = asyncio.Event()

        async def deaf(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            key = next(line.split(": ")[1] for line in head.split("\r\n") if line.lower().startswith("sec-websocket-key"))
            accept = base64.b64encode(hashlib.sha1((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").encode()).digest()).decode()
            told = f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\nSec-WebSocket-Protocol: mcp.v2"
            writer.write(f"HTTP/1.1 101 Switching Protocols\r\n{told}\r\n\r\n".encode())
            await finished.wait()
            writer.close()

        server = await asyncio.start_server(deaf, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        client = MCPClient(uri=f"ws://127.0.0.1:{port}/", api_key="k" * 16, close_timeout_s=0.05)
        connecting = asyncio.create_task(client.connect())
        while client._driver.core._life.step.value != "welcome":
            await asyncio.sleep(0)
        await bounded(client.close(), "the client closes")
        with pytest.raises(ConnectionLostError):
            await connecting
        finished.set()
        server.close()
        await server.wait_closed()
        await settle()  # the handler ends

    run(test())


def test_a_message_over_the_received_limit_ends_the_connection_for_good() -> None:
    async def serve(connection: Connection, message: dict[str, Any]) -> None:
        await connection.answer(message, {"x": "a" * 5000}, numbered=True)

    async def test() -> None:
        async with ScriptedPeer() as peer, Served(peer, serve):
            client = client_of(peer, max_message_bytes=4096)
            await client.connect()
            with pytest.raises(MCPError) as caught:
                await client.call_tool("t")
            assert caught.value.code == "MESSAGE_TOO_LARGE"
            assert client.state == "closed"
            await client.close()

    run(test())


def test_too_many_waiting_callbacks_drop_the_oldest_and_say_so() -> None:
    async def serve(connection: Connection, message: dict[str, Any]) -> None:
        for number in range(1100):
            await connection.message("event", {"event_type": "note", "data": {"n": number}}, numbered=True)
        await echo(connection, message)

    async def test() -> None:
        seen: list[int] = []
        dropped: list[int] = []
        gate = asyncio.Event()
        async with ScriptedPeer() as peer, Served(peer, serve):
            client = client_of(peer)
            client.on_diagnostic(lambda told: dropped.append(told.details["count"]) if told.details["kind"] == "callback_dropped" else None)

            @client.on_event
            async def slow(event: Any) -> None:
                seen.append(event.data["n"])
                await gate.wait()

            await client.connect()
            await client.call_tool("t")
            gate.set()
            await client.close()
        assert sum(dropped) + len(seen) == 1100
        assert dropped and seen[0] == 0 and seen[-1] == 1099 and seen == sorted(seen)

    run(test())
