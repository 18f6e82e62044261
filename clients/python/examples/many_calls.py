"""Many calls at once: a pool, a batch, and events meanwhile.

    python many_calls.py ws://127.0.0.1:8000/api/mcp/ws YOUR-KEY
"""

import asyncio
import sys

from mcp_client import MCPClient, MCPClientPool, MCPError, ToolCall


async def main(uri: str, key: str) -> None:
    async with MCPClientPool(uri=uri, api_key=key, size=2) as pool:
        levels = ["basic", "detailed", "basic", "detailed"]
        reports = await asyncio.gather(*(pool.call_tool("system/diagnostics", {"level": level}) for level in levels))
        print("pool:", [report["level"] for report in reports])

    async with MCPClient(uri=uri, api_key=key) as client:
        statuses: asyncio.Queue = asyncio.Queue()
        client.on_event("status_update")(statuses.put_nowait)
        await client.subscribe("status_update")

        outcomes = await client.call_tools([ToolCall("system/diagnostics"), ToolCall("no/such/tool")])
        for outcome in outcomes:
            print("batch:", outcome.code if isinstance(outcome, MCPError) else outcome["status"])

        status = await statuses.get()
        print("connections:", status.data["active_connections"])


asyncio.run(main(*sys.argv[1:3]))
