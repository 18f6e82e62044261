"""The program every user starts with, as it is written; only the address and the key are changed."""

from __future__ import annotations

import io
from contextlib import redirect_stdout

from loop_check import run
from scripted_peer import Connection, ScriptedPeer
from serving import Served

PROGRAM = '''
from mcp_client import MCPClient

async def connect_mcp():
    client = MCPClient(uri="ws://localhost:8000/api/mcp/ws", api_key="your-api-key", protocol_version="2.0")
    client.enable_diagnostics()
    await client.connect()                      # connects with automatic reconnection

    @client.on_diagnostic
    async def handle_diagnostic(message):
        print(f"Diagnostic: {message.level} - {message.message}")

    response = await client.call_tool("system/diagnostics", {"components": ["all"], "level": "basic"})
    diagnostics = client.get_diagnostics()
    print(diagnostics)
'''


def prepared(uri: str, key: str) -> dict[str, object]:
    """The program with another address and key, and a way to its client and its answer."""
    text = PROGRAM.replace("ws://localhost:8000/api/mcp/ws", uri).replace("your-api-key", key)
    assert text.count(uri) == 1 and text.count(key) == 1
    text = text.replace("    print(diagnostics)\n", "    print(diagnostics)\n    return client, response, diagnostics\n")
    names: dict[str, object] = {}
    exec(compile(text, "program", "exec"), names)
    return names


def test_the_program_runs_and_prints_diagnostics_in_the_shape_of_section_9() -> None:
    async def serve(connection: Connection, message: dict[str, object]) -> None:
        if message["method"] == "tools/call":
            warning = {"level": "warning", "component": "rate_limiter", "message": "80 % used"}
            await connection.message("diagnostic", warning, numbered=True)
            await connection.answer(message, {"status": "healthy"}, numbered=True)
        else:
            await connection.answer(message, {}, numbered=True)

    async def test() -> None:
        async with ScriptedPeer() as peer, Served(peer, serve) as served:
            printed = io.StringIO()
            with redirect_stdout(printed):
                connect_mcp = prepared(peer.uri, "k" * 20)["connect_mcp"]
                client, response, diagnostics = await connect_mcp()  # type: ignore[operator]
                await client.close()
            assert served.methods == ["session/hello", "diagnostics/subscribe", "tools/call"]
            assert response == {"status": "healthy"}
            assert "Diagnostic: warning - 80 % used" in printed.getvalue().splitlines()
            assert str(diagnostics) in printed.getvalue().splitlines()
            assert diagnostics["message_counts"] == {"sent": 3, "received": 5}
            assert diagnostics["active_connections"] == 1
            assert diagnostics["connection"]["status"] == "connected"
            assert diagnostics["performance_metrics"]["tools"]["system/diagnostics"]["calls"] == 1
            assert diagnostics["error_summary"] == {"total_violations": 0, "violation_types": {}}

    run(test())
