"""What happens when things go wrong: states, local diagnostics, typed errors, a safe repetition.

    python resilience.py ws://127.0.0.1:8000/api/mcp/ws YOUR-KEY
"""

import asyncio
import sys

from mcp_client import ConnectionLostError, InvalidParamsError, MCPClient, MCPError, ToolTimeoutError


async def main(uri: str, key: str) -> None:
    client = MCPClient(uri=uri, api_key=key, reconnect_max_attempts=20)

    @client.on_state
    def state_changed(state: str) -> None:
        print("state:", state)

    @client.on_diagnostic
    async def diagnostic(message) -> None:
        print(f"{message.component}: {message.level}: {message.message}")

    async with client:
        try:
            await client.call_tool("system/performance", {"interval": 0})
        except InvalidParamsError as error:
            print("invalid:", error.errors[0]["path"])
        try:
            # With a key the server runs the call once, however often it has to be sent.
            result = await client.call_tool("system/performance", {"interval": 1}, timeout=20, idempotency_key="sample-1")
            print("cpu:", result["cpu"]["percent"], "%")
        except ToolTimeoutError:
            print("too slow")
        except ConnectionLostError as error:
            print("lost; the outcome is", error.details["outcome"])
        except MCPError as error:
            print(error.code, error.message, "retryable" if error.retryable else "final")


asyncio.run(main(*sys.argv[1:3]))
