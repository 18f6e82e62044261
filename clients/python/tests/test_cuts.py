"""A connection cut anywhere, with a session that is resumed: every call ends once, with its answer."""

from __future__ import annotations

import asyncio
import random
from typing import Any

from fault_proxy import FaultProxy
from loop_check import run
from resumable_server import ResumableServer
from scripted_peer import ScriptedPeer, bounded

from mcp_client import MCPClient, MCPConnectionError

CALLS = 5


async def work(client: MCPClient) -> dict[str, Any]:
    async def chunks() -> list[str]:
        return [chunk async for chunk in client.stream_tool("debug/stream", {"chunks": 30})]

    calls: dict[str, Any] = {f"echo{n}": client.call_tool("debug/echo", {"n": n}) for n in range(CALLS)}
    calls |= {f"append{n}": client.call_tool("debug/append", {"line": f"line{n}"}) for n in range(CALLS)}
    calls["stream"] = chunks()
    outcomes = await asyncio.gather(*calls.values(), return_exceptions=True)
    return dict(zip(calls, outcomes))


async def one(cut_after: int | None, direction: str) -> tuple[dict[str, int], str]:
    async with ScriptedPeer() as peer, ResumableServer(peer) as server:
        async with FaultProxy(peer.port, cut_after=cut_after, direction=direction) as proxy:
            uri = f"ws://127.0.0.1:{proxy.port}/"
            client = MCPClient(uri=uri, api_key="k" * 16, reconnect_initial_delay_s=0.001, reconnect_max_delay_s=0.002)
            try:
                await bounded(client.connect(), "connect ends")
            except MCPConnectionError:
                return proxy.bytes, "not connected"
            try:
                outcomes = await bounded(work(client), f"all calls end, cut {direction} after {cut_after}")
            finally:
                await client.close()
            at = (direction, cut_after, outcomes)
            assert [outcomes[f"echo{n}"] for n in range(CALLS)] == [{"n": n} for n in range(CALLS)], at
            assert [outcomes[f"append{n}"] for n in range(CALLS)] == [{"line": f"line{n}"} for n in range(CALLS)], at
            assert outcomes["stream"] == ["x" * 40] * 30, at
            assert sorted(server.lines) == [f"line{n}" for n in range(CALLS)], at
            assert client.get_diagnostics()["connection"]["resumed"] == server.resumes, at
            return proxy.bytes, "resumed" if server.resumes else "whole"


def test_cut_at_two_hundred_offsets_every_call_has_its_answer_and_ran_once() -> None:
    seeded = random.Random(1)

    async def test() -> None:
        volume, end = await one(None, "up")
        assert end == "whole"
        ends = {"resumed": 0, "whole": 0, "not connected": 0}
        for number in range(200):
            direction = "up" if number % 2 else "down"
            _, end = await one(seeded.randrange(1, volume[direction]), direction)
            ends[end] += 1
        assert ends["resumed"] >= 120, ends

    run(test())
