"""wss: a server is used when the system trusts its certificate, here by SSL_CERT_FILE, and not otherwise."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path

import pytest
from loop_check import run
from scripted_peer import ScriptedPeer
from serving import Served

from mcp_client import ConnectionFailedError, MCPClient


def self_signed(directory: Path) -> tuple[ssl.SSLContext, Path]:
    """A server's side with a certificate of its own making, and the file of that."""
    certificate, key = directory / "certificate.pem", directory / "key.pem"
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    named = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*made, *named, "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context, certificate


def test_a_server_is_used_over_wss_when_its_certificate_is_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    context, certificate = self_signed(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))

    async def test() -> None:
        async with ScriptedPeer(context) as peer, Served(peer):
            async with MCPClient(uri=peer.uri, api_key="k" * 20) as client:
                assert await client.call_tool("debug/echo", {"a": "ä"}) == {"a": "ä"}

    run(test())


def test_a_certificate_that_nobody_trusts_is_a_connection_that_failed(tmp_path: Path) -> None:
    context, _ = self_signed(tmp_path)

    async def test() -> None:
        async with ScriptedPeer(context) as peer:
            client = MCPClient(uri=peer.uri, api_key="k" * 20, reconnect=False)
            with pytest.raises(ConnectionFailedError, match="certificate") as failed:
                await client.connect()
            await client.close()
            assert failed.value.code == "CONNECTION_FAILED"
            assert peer.tried == 0

    run(test())
