"""The pool, and audio streams."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator
from typing import Any

import pytest
from loop_check import run
from scripted_peer import Connection, ScriptedPeer, bounded
from serving import Served, client_of, echo

from mcp_client import ConnectionLostError, InvalidApiKeyError, MCPClientPool
from mcp_client._audio import Framer

QUICK = {"reconnect_initial_delay_s": 0.001, "reconnect_max_delay_s": 0.002}


def pool_of(peer: ScriptedPeer, **options: Any) -> MCPClientPool:
    return MCPClientPool(uri=peer.uri, api_key="k" * 16, **{**QUICK, **options})


def test_a_call_goes_to_the_connection_with_the_fewest_open_requests() -> None:
    held: list[tuple[Connection, dict[str, Any]]] = []

    async def serve(connection: Connection, message: dict[str, Any]) -> None:
        held.append((connection, message))

    async def test() -> None:
        async with ScriptedPeer() as peer, Served(peer, serve) as served, pool_of(peer, size=3) as pool:
            calls = [asyncio.create_task(pool.call_tool("t", {"n": n})) for n in range(6)]
            while len(held) < 6:
                await asyncio.sleep(0)
            by_connection = {connection: sum(one is connection for one, _ in held) for connection in served.connections}
            assert list(by_connection.values()) == [2, 2, 2]
            assert pool.get_diagnostics()["active_connections"] == 3
            for connection, message in held:
                await echo(connection, message)
            assert [result["n"] for result in await asyncio.gather(*calls)] == list(range(6))

    run(test())


def test_a_client_that_ended_is_replaced() -> None:
    async def test() -> None:
        async with ScriptedPeer() as peer, Served(peer) as served, pool_of(peer, size=2) as pool:
            old = pool.clients
            await served.connections[0].close(1009)  # MESSAGE_TOO_LARGE: not repeated by the client, nor by the pool
            while len(pool.clients) == 2:
                await asyncio.sleep(0)
            assert len(pool.clients) == 1
            await served.connections[1].close(4409)  # CONNECTION_LOST: the client ends, the pool makes a new one
            while len(pool.clients) != 1 or pool.clients[0] in old or pool.clients[0].state != "connected":
                await asyncio.sleep(0)
            assert await pool.call_tool("debug/echo", {"x": 1}) == {"x": 1}

    run(test())


def test_when_the_key_is_revoked_calls_fail_with_that() -> None:
    async def test() -> None:
        async with ScriptedPeer() as peer, Served(peer) as served, pool_of(peer, size=2) as pool:
            for connection in list(served.connections):
                await connection.close(4401)
            while pool.clients:
                await asyncio.sleep(0)
            with pytest.raises(InvalidApiKeyError):
                await pool.call_tool("t")

    run(test())


def test_a_pool_that_cannot_connect_all_closes_those_that_did() -> None:
    async def test() -> None:
        async with ScriptedPeer() as peer:
            pool = pool_of(peer, size=2)
            connecting = asyncio.create_task(pool.connect())
            first, second = await peer.attempt(), await peer.attempt()
            second.refuse(401)
            connection = await first.accept()
            await connection.message("event", {"event_type": "welcome", "data": {"protocol_versions": ["2.0"]}})
            hello = await connection.next()
            await connection.answer(hello, {"session_id": "s"})
            with pytest.raises(InvalidApiKeyError):
                await bounded(connecting, "the connect ends")
            assert pool.clients == ()

    run(test())


def opened(message: dict[str, Any]) -> dict[str, Any]:
    return {"stream_id": "au-1", "stream_no": 7} if message["params"]["name"] == "audio/open" else {"frames": "all"}


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_audio_from_an_iterator_becomes_frames_and_a_report(kind: str) -> None:
    async def serve(connection: Connection, message: dict[str, Any]) -> None:
        await connection.answer(message, opened(message), numbered=True)

    pcm = bytes(range(256)) * 5  # 640 samples of s16le: two frames of 20 ms at 16 kHz

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(pcm), 300):
            yield pcm[start : start + 300]

    async def test() -> None:
        async with ScriptedPeer() as peer, Served(peer, serve) as served, client_of(peer) as client:
            form: dict[str, Any] = {"codec": "s16le", "sample_rate": 16000, "channels": 1, "label": "mic"}
            source = pieces() if kind == "async" else [pcm[:999], pcm[999:]]
            assert await client.stream_audio(source, **form) == {"frames": "all"}
            assert served.methods[1:] == ["tools/call", "tools/call"]
            binary = served.connections[0].binary
            frames = [binary.get_nowait() for _ in range(binary.qsize())]
            heads = [struct.unpack("<BBHIQ", frame[:16]) for frame in frames]
            assert heads == [(1, 0, 7, 0, 0), (1, 1, 7, 1, 320)]
            assert b"".join(frame[16:] for frame in frames) == pcm

    run(test())


def test_opus_packets_are_frames_that_count_at_48_kilohertz() -> None:
    framer = Framer(3, "opus", 16000, 1, 20)
    frames = [*framer.push(b"one"), *framer.push(b"second"), *framer.push(b"3"), *framer.finish()]
    assert [struct.unpack("<BBHIQ", frame[:16])[1:] for frame in frames] == [(0, 3, 0, 0), (0, 3, 1, 960), (1, 3, 2, 1920)]
    assert [frame[16:] for frame in frames] == [b"one", b"second", b"3"]


def test_an_audio_stream_is_told_when_its_session_is_lost() -> None:
    async def serve(connection: Connection, message: dict[str, Any]) -> None:
        await connection.answer(message, opened(message), numbered=True)

    async def test() -> None:
        async with ScriptedPeer() as peer, Served(peer, serve) as served, client_of(peer) as client:
            stream = await client.open_audio(codec="mulaw", sample_rate=8000, channels=1)
            await stream.send(bytes(320))
            served.connections[0].cut()
            with pytest.raises(ConnectionLostError) as caught:
                for _ in range(100_000):
                    await stream.send(bytes(160))
            assert caught.value.details["stream_id"] == "au-1"
            with pytest.raises(ConnectionLostError):
                await stream.close()
            assert client._driver.on_session_lost == []

    run(test())


def test_audio_that_ends_within_a_sample_is_an_error_before_anything_is_sent_of_it() -> None:
    async def serve(connection: Connection, message: dict[str, Any]) -> None:
        await connection.answer(message, opened(message), numbered=True)

    async def test() -> None:
        async with ScriptedPeer() as peer, Served(peer, serve), client_of(peer) as client:
            with pytest.raises(ValueError, match="1 bytes are left over"):
                await client.stream_audio([bytes(641)], codec="s16le", sample_rate=16000, channels=1)
            with pytest.raises(ValueError, match="at most 65536"):
                await client.open_audio(codec="f32le", sample_rate=192000, channels=8, frame_ms=200)

    run(test())
