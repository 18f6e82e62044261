"""MCPClient over real sockets against a scripted peer."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest
from loop_check import run
from scripted_peer import NEW, Connection, ScriptedPeer, bounded
from serving import Served, client_of, echo
from travel_loop import TravelLoop, settle

from mcp_client import (
    ConnectionFailedError,
    InvalidApiKeyError,
    InvalidParamsError,
    MCPClient,
    MCPError,
    RateLimitError,
    ToolCall,
    ToolTimeoutError,
)


def advance(seconds: float) -> None:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, TravelLoop)
    loop.advance(seconds)


def test_the_key_travels_in_the_header_and_the_subprotocol_is_offered() -> None:
    async def test() -> None:
        async with ScriptedPeer() as peer, Served(peer) as served, client_of(peer) as client:
            assert client.state == "connected"
            headers = served.attempts[0].headers
            assert headers["X-API-Key"] == "k" * 16
            assert headers["Sec-WebSocket-Protocol"] == "mcp.v2"
            assert "Sec-WebSocket-Extensions" not in headers
            assert (client.client_id, client.session_id, client.server.name) == ("client-1", "ses-1", "patchbay")
            assert client.limits.messages_per_minute == 100

    run(test())


def test_the_key_is_in_no_log_and_in_no_text(caplog: pytest.LogCaptureFixture) -> None:
    async def test() -> None:
        async with ScriptedPeer() as peer, Served(peer), client_of(peer, api_key="secret-key-123456") as client:
            await client.call_tool("t")
            assert "secret" not in repr(client.options) + repr(client)

    with caplog.at_level(logging.DEBUG):
        run(test())
    mine = [record.getMessage() for record in caplog.records if record.name.startswith("mcp_client")]
    assert "secret-key-123456" not in "".join(mine)
    client_side = [record for record in caplog.records if record.name == "websockets.client"]
    assert client_side == []


def test_a_call_returns_its_result_and_an_error_is_of_the_class_of_its_code() -> None:
    async def serve(connection: Connection, message: dict[str, Any]) -> None:
        if message["params"]["name"] == "good":
            await connection.answer(message, {"x": 1}, numbered=True)
        else:
            details = {"errors": [{"path": "/level", "message": "unknown"}]}
            await connection.refuse(message, "INVALID_PARAMS", details, numbered=True)

    async def test() -> None:
        async with ScriptedPeer() as peer, Served(peer, serve), client_of(peer) as client:
            assert await client.call_tool("good") == {"x": 1}
            with pytest.raises(InvalidParamsError) as caught:
                await client.call_tool("bad")
            assert caught.value.errors == [{"path": "/level", "message": "unknown"}]
            assert not caught.value.retryable

    run(test())


@pytest.mark.parametrize(
    ("status", "error"), [(401, InvalidApiKeyError), (429, RateLimitError), (404, ConnectionFailedError), (302, ConnectionFailedError)]
)
def test_a_refused_handshake_raises_the_error_of_its_status(status: int, error: type[MCPError]) -> None:
    async def test() -> None:
        async with ScriptedPeer() as peer:
            client = client_of(peer)
            connecting = asyncio.create_task(client.connect())
            attempt = await peer.attempt()
            headers = {"Retry-After": "7"} if status == 429 else {"Location": peer.uri} if status == 302 else {}
            attempt.refuse(status, {"error_code": "INVALID_API_KEY" if status == 401 else "X", "error_message": "told"}, headers)
            with pytest.raises(error) as caught:
                await bounded(connecting, "the connect ends")
            assert caught.value.retry_after == (7 if status == 429 else None)
            if NEW and status != 302:
                assert caught.value.message == "told"
            assert client.state == "closed" and peer.tried == 1

    run(test())


def test_an_address_where_nobody_listens_raises_connection_failed() -> None:
    async def test() -> None:
        async with ScriptedPeer() as peer:
            uri = peer.uri
        client = MCPClient(uri=uri, api_key="k" * 16)
        with pytest.raises(ConnectionFailedError) as caught:
            await client.connect()
        assert caught.value.retryable
        with pytest.raises(ConnectionFailedError):
            await client.call_tool("x")

    run(test())


def test_a_server_that_never_welcomes_is_given_up_after_the_timeout() -> None:
    async def test() -> None:
        async with ScriptedPeer() as peer:
            client = client_of(peer, connect_timeout_s=5)
            connecting = asyncio.create_task(client.connect())
            await peer.accept()
            await settle()
            advance(5)
            with pytest.raises(ConnectionFailedError):
                await bounded(connecting, "the connect ends")

    run(test())


@pytest.mark.parametrize("stage", ["handshake", "welcome"])
def test_a_connect_that_is_cancelled_leaves_nothing(stage: str) -> None:
    async def test() -> None:
        async with ScriptedPeer() as peer:
            client = client_of(peer)
            connecting = asyncio.create_task(client.connect())
            attempt = await peer.attempt()
            if stage == "welcome":
                await attempt.accept()
            connecting.cancel()
            await bounded(asyncio.wait([connecting]), "the connect ends")
            assert connecting.cancelled() and client.state == "closed"

    run(test())


def test_cancelling_the_task_cancels_the_call_on_the_server() -> None:
    cancelled: list[Any] = []

    async def serve(connection: Connection, message: dict[str, Any]) -> None:
        if message["method"] == "requests/cancel":
            cancelled.append(message["params"]["request_id"])
            await connection.answer(message, {"cancelled": True}, numbered=True)
        elif message["method"] == "ping":
            await connection.answer(message, {}, numbered=True)
        else:
            calls.append(message["message_id"])

    calls: list[str] = []

    async def test() -> None:
        async with ScriptedPeer() as peer, Served(peer, serve), client_of(peer) as client:
            call = asyncio.create_task(client.call_tool("debug/sleep", {"ms": 60000}))
            await client.ping()
            call.cancel()
            with pytest.raises(asyncio.CancelledError):
                await call
            await client.ping()
            assert cancelled == calls and len(calls) == 1
            assert client.open_requests == 0

    run(test())


def test_a_call_without_an_answer_times_out_as_a_timeout_error() -> None:
    async def serve(connection: Connection, message: dict[str, Any]) -> None:
        if message["method"] == "ping":
            await connection.answer(message, {}, numbered=True)

    async def test() -> None:
        async with ScriptedPeer() as peer, Served(peer, serve), client_of(peer) as client:
            call = asyncio.create_task(client.call_tool("debug/sleep", timeout=0.5))
            await client.ping()
            advance(1.5)
            with pytest.raises(TimeoutError) as caught:
                await bounded(call, "the call ends")
            assert isinstance(caught.value, ToolTimeoutError) and caught.value.details["source"] == "client"

    run(test())


@pytest.mark.parametrize("value", [float("inf"), {1, 2}, "\udfff"])
def test_arguments_that_are_not_json_are_invalid_params_and_the_connection_stays(value: object) -> None:
    async def test() -> None:
        async with ScriptedPeer() as peer, Served(peer), client_of(peer) as client:
            with pytest.raises(InvalidParamsError):
                await client.call_tool("debug/echo", {"x": value})
            assert await client.call_tool("debug/echo", {"x": 1}) == {"x": 1}

    run(test())


def test_a_batch_is_one_array_and_gives_results_and_errors_in_order() -> None:
    async def serve(connection: Connection, message: dict[str, Any]) -> None:
        if message["params"]["name"] == "bad":
            await connection.refuse(message, "TOOL_NOT_FOUND", numbered=True)
        else:
            await echo(connection, message)

    async def test() -> None:
        async with ScriptedPeer() as peer, Served(peer, serve) as served, client_of(peer) as client:
            calls = [ToolCall("a", {"n": 1}), ToolCall("bad"), ToolCall("a", {"n": object()}), ToolCall("a", {"n": 3})]
            first, second, third, fourth = await client.call_tools(calls)
            assert (first, fourth) == ({"n": 1}, {"n": 3})
            assert isinstance(second, MCPError) and second.code == "TOOL_NOT_FOUND"
            assert isinstance(third, InvalidParamsError)
            assert served.connections[0].arrays == [3]

    run(test())


@pytest.mark.parametrize("batching", [True, False])
def test_calls_of_one_turn_are_gathered_when_batching_is_on(batching: bool) -> None:
    async def test() -> None:
        async with ScriptedPeer() as peer, Served(peer) as served, client_of(peer, batching=batching) as client:
            results = await asyncio.gather(*(client.call_tool("debug/echo", {"n": n}) for n in range(5)))
            assert [result["n"] for result in results] == [0, 1, 2, 3, 4]
            assert served.connections[0].arrays == ([5] if batching else [])

    run(test())


def test_every_page_of_tools_is_listed() -> None:
    async def serve(connection: Connection, message: dict[str, Any]) -> None:
        page = message["params"].get("cursor", "0")
        hints = {"readOnlyHint": True, "longRunningHint": page == "1"}
        tool = {"name": f"t{page}", "title": "T", "description": "d", "input_schema": {"type": "object"}, "annotations": hints}
        more = {} if page == "2" else {"next_cursor": str(int(page) + 1)}
        await connection.answer(message, {"tools": [tool], **more}, numbered=True)

    async def test() -> None:
        async with ScriptedPeer() as peer, Served(peer, serve), client_of(peer) as client:
            tools = await client.list_tools()
            assert [tool.name for tool in tools] == ["t0", "t1", "t2"]
            assert tools[1].annotations.long_running and tools[1].annotations.read_only and not tools[1].annotations.destructive

    run(test())


def test_progress_and_events_reach_sync_and_async_callbacks_in_order() -> None:
    async def serve(connection: Connection, message: dict[str, Any]) -> None:
        if message["method"] == "tools/call":
            for step in range(3):
                data = {"request_id": message["message_id"], "progress": step, "total": 3}
                await connection.message("event", {"event_type": "tool.progress", "data": data}, numbered=True)
            await connection.message("event", {"event_type": "status_update", "data": {"n": 1}}, numbered=True)
            await connection.message("event", {"event_type": "other", "data": {"n": 2}}, numbered=True)
        await echo(connection, message)

    async def test() -> None:
        told: list[Any] = []
        async with ScriptedPeer() as peer, Served(peer, serve), client_of(peer) as client:

            @client.on_event
            def every(event: Any) -> None:
                told.append(("every", event.event_type))

            @client.on_event("status_update")
            async def some(event: Any) -> None:
                await asyncio.sleep(0)
                told.append(("some", event.data["n"]))

            @client.on_event
            def broken(event: Any) -> None:
                raise RuntimeError("a fault of the user")

            assert await client.subscribe("status_update") == ["status_update"]
            await client.call_tool("t", on_progress=lambda made: told.append((made.progress, made.total)))
        assert told == [(0, 3), (1, 3), (2, 3), ("every", "status_update"), ("some", 1), ("every", "other")]

    run(test())
