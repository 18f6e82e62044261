"""Connect, call a tool, read the diagnostics.

    python quickstart.py ws://127.0.0.1:8000/api/mcp/ws YOUR-KEY
"""

import asyncio
import sys

from mcp_client import MCPClient


async def main(uri: str, key: str) -> None:
    async with MCPClient(uri=uri, api_key=key) as client:
        report = await client.call_tool("system/diagnostics", {"components": ["all"], "level": "basic"})
        print("status:", report["status"])
        for tool in await client.list_tools():
            print(f"tool: {tool.name}{' (read-only)' if tool.annotations.read_only else ''}")
        print("messages:", client.get_diagnostics()["message_counts"])


asyncio.run(main(*sys.argv[1:3]))
