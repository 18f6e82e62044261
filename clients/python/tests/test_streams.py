"""Streams: chunks in order, back-pressure, and leaving early."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from loop_check import run
from scripted_peer import Connection, ScriptedPeer, bounded
from serving import Served, client_of, echo
from travel_loop import settle

from mcp_client import MCPError


async def send_chunks(connection: Connection, message: dict[str, Any], start: int, stop: int, size: int = 1) -> None:
    for index in range(start, stop):
        data = {"request_id": message["message_id"], "index": index, "chunk": str(index).ljust(size)}
        await connection.message("event", {"event_type": "tool.chunk", "data": data}, numbered=True)


def test_chunks_come_in_order_and_the_result_at_the_end() -> None:
    async def serve(connection: Connection, message: dict[str, Any]) -> None:
        assert message["params"]["stream"] is True
        await send_chunks(connection, message, 0, 200)
        await connection.answer(message, {"chunks": 200}, numbered=True)

    async def test() -> None:
        async with ScriptedPeer() as peer, Served(peer, serve), client_of(peer) as client:
            stream = client.stream_tool("debug/stream", {"chunks": 200})
            assert [chunk async for chunk in stream] == [str(index) for index in range(200)]
            assert stream.result == {"chunks": 200}

    run(test())


def test_an_error_comes_after_the_chunks_before_it() -> None:
    async def serve(connection: Connection, message: dict[str, Any]) -> None:
        await send_chunks(connection, message, 0, 2)
        await connection.refuse(message, "TOOL_EXECUTION_FAILED", numbered=True)

    async def test() -> None:
        got: list[str] = []
        async with ScriptedPeer() as peer, Served(peer, serve), client_of(peer) as client:
            with pytest.raises(MCPError) as caught:
                async for chunk in client.stream_tool("debug/stream"):
                    got.append(chunk)
            assert got == ["0", "1"] and caught.value.code == "TOOL_EXECUTION_FAILED"

    run(test())


def test_a_loop_left_early_cancels_the_call_on_the_server() -> None:
    cancelled = asyncio.Event()

    async def serve(connection: Connection, message: dict[str, Any]) -> None:
        if message["method"] == "requests/cancel":
            cancelled.set()
        await (send_chunks(connection, message, 0, 5) if message["method"] == "tools/call" else echo(connection, message))

    async def test() -> None:
        async with ScriptedPeer() as peer, Served(peer, serve), client_of(peer) as client:
            async for chunk in client.stream_tool("debug/stream"):
                if chunk == "1":
                    break
            await bounded(cancelled.wait(), "the cancel arrives")
            assert client.open_requests == 0

    run(test())


def test_a_slow_consumer_stops_the_reading_and_memory_stays_bounded() -> None:
    total, size = 3000, 4096

    async def serve(connection: Connection, message: dict[str, Any]) -> None:
        nonlocal sent
        for index in range(total):
            await send_chunks(connection, message, index, index + 1, size)
            sent = index + 1
        await connection.answer(message, {"chunks": total}, numbered=True)

    sent = 0

    async def test() -> None:
        async with ScriptedPeer() as peer, Served(peer, serve), client_of(peer, stream_buffer=8) as client:
            stream = client.stream_tool("debug/stream")
            first = await anext(stream)
            before = -1
            while before != sent:  # until the server can send no more
                before = sent
                for _ in range(20):
                    await settle()
            # 12 MiB are to come; what is on the way is what sockets and the library hold
            assert sent < total
            [sink] = client._driver._sinks.values()
            assert len(sink._chunks) <= 9  # type: ignore[attr-defined]
            rest = [chunk async for chunk in stream]
            assert [int(chunk) for chunk in [first, *rest]] == list(range(total))

    run(test())


def test_a_stream_that_stands_still_does_not_stop_close() -> None:
    async def serve(connection: Connection, message: dict[str, Any]) -> None:
        if message["method"] == "ping":
            await connection.answer(message, {}, numbered=True)
        else:
            await send_chunks(connection, message, 0, 500, 4096)

    async def test() -> None:
        async with ScriptedPeer() as peer, Served(peer, serve):
            client = client_of(peer, stream_buffer=2, close_timeout_s=0.2)
            await client.connect()
            stream = client.stream_tool("debug/stream")
            await anext(stream)
            await settle()
            await bounded(client.close(), "the client closes")
            await client.connect()  # the stream that nobody reads any more holds nothing back
            assert await bounded(client.ping(), "the client talks again") >= 0
            await client.close()
            with pytest.raises(MCPError):
                async for _ in stream:
                    pass

    run(test())
