"""The client with the real server."""

from __future__ import annotations

import asyncio
import io
import random
from collections.abc import Iterator
from contextlib import redirect_stdout
from typing import Any

import pytest
from fault_proxy import FaultProxy
from loop_check import run
from real_server import KEY, RealServer
from scripted_peer import bounded
from test_the_program import prepared

from mcp_client import (
    InvalidApiKeyError,
    InvalidParamsError,
    MCPClient,
    MCPClientPool,
    MCPConnectionError,
    MCPError,
    RateLimitError,
    ToolCall,
    ToolFailedError,
    ToolTimeoutError,
)

WIDE = {
    "RateLimit__MessagesPerMinute": "1000000",
    "RateLimit__Penalties": "false",
    "Limits__ConnectionsPerKey": "1000",
    "Limits__ConnectionsPerAddress": "1000",
    "Limits__HandshakesPerMinutePerAddress": "1000000",
}


@pytest.fixture(scope="module")
def server() -> Iterator[RealServer]:
    with RealServer(**WIDE) as running:
        yield running


def client_of(server: RealServer, **options: Any) -> MCPClient:
    wanted = {"reconnect_initial_delay_s": 0.01, "reconnect_max_delay_s": 0.2, **options}
    return MCPClient(uri=server.uri, api_key=KEY, **wanted)


def test_the_program_runs_as_it_is_written(server: RealServer) -> None:
    async def test() -> None:
        printed = io.StringIO()
        with redirect_stdout(printed):
            client, response, diagnostics = await prepared(server.uri, KEY)["connect_mcp"]()  # type: ignore[operator]
            await client.close()
        assert response["status"] in ("healthy", "degraded", "unhealthy") and response["level"] == "basic"
        assert set(diagnostics) == {
            "message_counts", "protocol_violations", "active_connections", "performance_metrics", "error_summary", "connection"
        }  # fmt: skip
        assert diagnostics["connection"]["status"] == "connected"
        assert str(diagnostics) in printed.getvalue()

    run(test())


def test_calls_of_every_kind(server: RealServer) -> None:
    async def test() -> None:
        async with client_of(server) as client:
            assert client.server.name == "patchbay"
            assert await client.call_tool("debug/echo", {"text": "ä✓", "n": [1, 2.5, None]}) == {"text": "ä✓", "n": [1, 2.5, None]}
            assert 0 < await client.ping() < 10
            with pytest.raises(ToolFailedError, match="on purpose"):
                await client.call_tool("debug/fail", {"message": "on purpose"})
            with pytest.raises(InvalidParamsError) as invalid:
                await client.call_tool("debug/sleep", {"ms": "long"})
            assert invalid.value.errors[0]["path"] == "/ms"
            with pytest.raises(ToolTimeoutError) as late:
                await client.call_tool("debug/sleep", {"ms": 60000}, timeout=0.05, idempotent=False)
            assert "source" not in late.value.details
            with pytest.raises(MCPError) as missing:
                await client.call_tool("no/such")
            assert missing.value.code == "TOOL_NOT_FOUND"
            names = [tool.name for tool in await client.list_tools()]
            assert {"debug/echo", "system/performance", "system/diagnostics"} <= set(names)

    run(test())


def test_streams_progress_and_batches(server: RealServer) -> None:
    async def test() -> None:
        async with client_of(server, batching=True) as client:
            stream = client.stream_tool("debug/stream", {"chunks": 500, "bytes": 100, "delay_ms": 0})
            chunks = [chunk async for chunk in stream]
            assert [len(chunk) for chunk in chunks] == [100] * 500 and stream.result["chunks"] == 500
            steps: list[float] = []
            await client.call_tool("debug/progress", {"steps": 3, "delay_ms": 0}, on_progress=lambda made: steps.append(made.progress))
            outcomes = await client.call_tools([ToolCall("debug/echo", {"n": 1}), ToolCall("debug/fail", {"message": "x"})])
            assert outcomes[0] == {"n": 1} and isinstance(outcomes[1], ToolFailedError)
            gathered = await asyncio.gather(*(client.call_tool("debug/echo", {"n": n}) for n in range(200)))
            assert [answer["n"] for answer in gathered] == list(range(200))
        assert steps and steps == sorted(steps)

    run(test())


def test_a_slow_consumer_gets_every_chunk_of_a_long_stream(server: RealServer) -> None:
    async def test() -> None:
        async with client_of(server, stream_buffer=4) as client:
            count = 0
            async for chunk in client.stream_tool("debug/stream", {"chunks": 2000, "bytes": 4000, "delay_ms": 0}):
                assert len(chunk) == 4000
                count += 1
                await asyncio.sleep(0)
            assert count == 2000

    run(test())


def test_a_cancelled_call_stops_on_the_server(server: RealServer) -> None:
    async def test() -> None:
        async with client_of(server) as client:
            line = f"never-{random.random()}"
            call = asyncio.create_task(client.call_tool("debug/append", {"line": line, "ms": 60000}))
            await client.ping()
            call.cancel()
            await asyncio.wait([call])
            assert call.cancelled()
            await client.ping()
        log = server.data / "debug.log"
        assert not log.exists() or line not in log.read_text()

    run(test())


def test_a_wrong_key_is_refused_with_its_error(server: RealServer) -> None:
    async def test() -> None:
        client = MCPClient(uri=server.uri, api_key="this-is-not-the-key")
        with pytest.raises(InvalidApiKeyError):
            await client.connect()

    run(test())


def test_status_events_reach_the_subscriber(server: RealServer) -> None:
    async def test() -> None:
        async with client_of(server, diagnostics=True, diagnostics_level="debug") as client:
            told: asyncio.Queue[Any] = asyncio.Queue()
            client.on_event("status_update")(told.put_nowait)
            assert await client.subscribe("status_update") == ["status_update"]
            event = await bounded(told.get(), "a status comes")
            assert event.data["active_connections"] >= 1
            assert await client.unsubscribe("status_update") == []

    run(test())


def test_the_servers_report_has_the_shape_of_the_clients(server: RealServer) -> None:
    async def test() -> None:
        async with client_of(server) as client:
            report = await client.server_diagnostics()
            assert set(client.get_diagnostics()) - {"connection"} <= set(report)
            assert report["message_counts"]["received"] > 0

    run(test())


def test_audio_arrives_whole(server: RealServer) -> None:
    async def test() -> None:
        async with client_of(server) as client:
            seconds = [bytes(16000 * 2)] * 2  # two seconds of silence, s16le at 16 kHz
            report = await client.stream_audio(seconds, codec="s16le", sample_rate=16000, channels=1, label="silence")
            assert report["frames"] == 100 and report["duration_s"] == pytest.approx(2)
            errors = report["errors"]
            assert (errors["expected"], errors["received"], errors["lost"], errors["reordered"]) == (100, 100, 0, 0)

    run(test())


def test_a_pool_shares_the_calls(server: RealServer) -> None:
    async def test() -> None:
        async with MCPClientPool(uri=server.uri, api_key=KEY, size=3) as pool:
            answers = await asyncio.gather(*(pool.call_tool("debug/echo", {"n": n}) for n in range(60)))
            assert [answer["n"] for answer in answers] == list(range(60))
            assert pool.get_diagnostics()["active_connections"] == 3

    run(test())


def test_the_rate_limit_reaches_the_caller_when_retry_is_off_and_is_waited_for_when_it_is_on() -> None:
    async def test(server: RealServer) -> None:
        async with client_of(server, retry=False) as client:
            outcomes = await asyncio.gather(*(client.ping() for _ in range(6)), return_exceptions=True)
            refused = [outcome for outcome in outcomes if isinstance(outcome, RateLimitError)]
            assert len(refused) == 2  # the hello is the first of five
            assert all(0 < (error.retry_after or 0) <= 60 for error in refused)

    with RealServer(RateLimit__MessagesPerMinute="5", RateLimit__Penalties="false") as limited:
        run(test(limited))


async def exercise(client: MCPClient, label: str) -> dict[str, Any]:
    """Calls of every kind at once; each outcome under its name."""

    async def chunks() -> list[str]:
        return [chunk async for chunk in client.stream_tool("debug/stream", {"chunks": 6, "bytes": 40, "delay_ms": 0})]

    calls: dict[str, Any] = {f"echo{n}": client.call_tool("debug/echo", {"n": n, "label": label}) for n in range(4)}
    calls |= {f"append{n}": client.call_tool("debug/append", {"line": f"{label}-{n}"}) for n in range(3)}
    calls["stream"] = chunks()
    calls["tools"] = client.list_tools()
    outcomes = await asyncio.gather(*calls.values(), return_exceptions=True)
    return dict(zip(calls, outcomes))


def test_cut_at_two_hundred_offsets_every_call_ends_once_with_its_answer(server: RealServer) -> None:
    seeded = random.Random(20240217)
    labels: list[str] = []  # every line must be there once

    def check(outcomes: dict[str, Any], label: str, at: Any) -> None:
        for n in range(4):
            assert outcomes[f"echo{n}"] == {"n": n, "label": label}, at
        assert len(outcomes["tools"]) > 5, at
        assert [len(chunk) for chunk in outcomes["stream"]] == [40] * 6, (at, outcomes)
        for n in range(3):
            assert "appended" in outcomes[f"append{n}"], (at, outcomes)

    async def one(label: str, cut_after: int | None, direction: str) -> tuple[dict[str, int], str]:
        async with FaultProxy(server.port, cut_after=cut_after, direction=direction) as proxy:
            client = MCPClient(
                uri=f"ws://127.0.0.1:{proxy.port}/api/mcp/ws", api_key=KEY, reconnect_initial_delay_s=0.001, reconnect_max_delay_s=0.05
            )
            try:
                await bounded(client.connect(), "connect ends")
            except MCPConnectionError:
                return proxy.bytes, "not connected"  # the cut came before there was a session
            try:
                outcomes = await bounded(exercise(client, label), f"all calls end, cut {direction} after {cut_after}")
            finally:
                await client.close()
            check(outcomes, label, (direction, cut_after))
            labels.append(label)
            return proxy.bytes, "cut" if proxy.was_cut else "whole"

    async def test() -> None:
        volume, _ = await one("probe", None, "up")
        ends = {"cut": 0, "whole": 0, "not connected": 0}
        for number in range(200):
            direction = "up" if number % 2 else "down"
            label = f"run{number}"
            _, end = await one(label, seeded.randrange(1, volume[direction]), direction)
            ends[end] += 1
        assert ends["cut"] >= 100, ends
        lines = (server.data / "debug.log").read_text().splitlines()
        for label in labels:
            assert [lines.count(f"{label}-{n}") for n in range(3)] == [1, 1, 1], label

    run(test())


def test_a_client_outlives_a_server_that_is_killed() -> None:
    async def test(server: RealServer) -> None:
        async with client_of(server) as client:
            done = await client.call_tool("debug/append", {"line": "before"})
            assert done
            sleeping = asyncio.create_task(client.call_tool("debug/sleep", {"ms": 300}))
            writing = asyncio.create_task(client.call_tool("debug/append", {"line": "cut", "ms": 2000}))
            await client.ping()
            await asyncio.to_thread(server.kill)
            while client.state == "connected":
                await asyncio.sleep(0)
            await asyncio.to_thread(server.start)
            assert (await bounded(sleeping, "the read-only call is answered"))["slept_ms"] >= 0
            expected = ["before"]
            try:
                # Killed before it was recorded, it is new to the server and runs now, once.
                assert "appended" in await bounded(writing, "the other call is answered")
                expected.append("cut")
            except MCPError as interrupted:
                assert interrupted.code == "EXECUTION_INTERRUPTED" and interrupted.details["outcome"] == "unknown"
            assert client.get_diagnostics()["connection"]["resumed"] == 1
        assert (server.data / "debug.log").read_text().splitlines() == expected

    with RealServer() as server:
        run(test(server))


