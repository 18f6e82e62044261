"""wss: whom a client trusts. The system's authorities, here by SSL_CERT_FILE, or those of `ca_file` and nobody else."""

from __future__ import annotations

import asyncio
import ssl
from pathlib import Path

import pytest
from certificates import Authority, server_side
from loop_check import run
from scripted_peer import ScriptedPeer
from serving import Served

from mcp_client import ConnectionFailedError, MCPClient, MCPClientPool

KEY = "k" * 20
LOOPBACK = "IP:127.0.0.1"
NO_ISSUER = "unable to get local issuer certificate"


async def use(context: ssl.SSLContext, ca_file: Path | None) -> None:
    """A call over TLS."""
    async with ScriptedPeer(context) as peer, Served(peer):
        async with MCPClient(uri=peer.uri, api_key=KEY, ca_file=ca_file) as client:
            assert await client.call_tool("debug/echo", {"a": "ä"}) == {"a": "ä"}


async def refused(context: ssl.SSLContext, ca_file: Path | None, told: str) -> None:
    """The client tries once, sends nothing, and says what is wrong with the certificate."""
    async with ScriptedPeer(context) as peer:
        client = MCPClient(uri=peer.uri, api_key=KEY, ca_file=ca_file)
        with pytest.raises(ConnectionFailedError) as failed:
            await client.connect()
        assert client.state == "closed"
        await client.close()
        assert failed.value.code == "CONNECTION_FAILED"
        assert failed.value.message == f"the server's certificate is refused: {told}"
        assert peer.tried == 0


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path, "authority")


def test_a_server_is_used_when_the_system_trusts_it(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    run(use(server_side(authority, LOOPBACK), None))


def test_a_server_is_used_when_its_authority_is_in_the_file(authority: Authority) -> None:
    run(use(server_side(authority, LOOPBACK), authority.certificate))


def test_a_server_is_used_when_its_own_self_signed_certificate_is_the_file(tmp_path: Path) -> None:
    itself = Authority(tmp_path, "itself", LOOPBACK)
    run(use(itself.as_server(), itself.certificate))


def test_text_and_other_certificates_in_the_file_do_no_harm(authority: Authority, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle.pem"
    other = Authority(tmp_path, "other")
    bundle.write_text(f"\ufeffFőtanúsítvány\n{other.certificate.read_text()}\nours:\n{authority.certificate.read_text()}")
    run(use(server_side(authority, LOOPBACK), bundle))


def test_without_the_file_nobody_trusts_it(authority: Authority) -> None:
    run(refused(server_side(authority, LOOPBACK), None, NO_ISSUER))


def test_another_authority_is_refused(authority: Authority, tmp_path: Path) -> None:
    other = Authority(tmp_path, "other")
    run(refused(server_side(authority, LOOPBACK), other.certificate, NO_ISSUER))


def test_with_a_file_the_system_is_not_asked(authority: Authority, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.certificate))
    other = Authority(tmp_path, "other")
    run(refused(server_side(authority, LOOPBACK), other.certificate, NO_ISSUER))


def test_a_certificate_that_another_has_signed_is_no_authority(authority: Authority) -> None:
    context = server_side(authority, LOOPBACK)
    run(refused(context, authority.directory / "server.pem", NO_ISSUER))


def test_a_certificate_for_another_host_is_refused(authority: Authority) -> None:
    told = "IP address mismatch, certificate is not valid for '127.0.0.1'."
    run(refused(server_side(authority, "IP:127.0.0.2,DNS:localhost"), authority.certificate, told))


def test_a_certificate_that_has_expired_is_refused(authority: Authority) -> None:
    run(refused(server_side(authority, LOOPBACK, days=-1), authority.certificate, "certificate has expired"))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "cannot be read: No such file or directory"),
        ("", "has no certificate"),
        ("-----BEGIN PRIVATE KEY-----\nMC4=\n-----END PRIVATE KEY-----\n", "has no certificate"),
        ("-----BEGIN CERTIFICATE-----\nMC4=\n-----END CERTIFICATE-----\n", "has a certificate that cannot be read"),
    ],
)
def test_a_file_that_is_no_help_is_told_when_the_client_is_made(tmp_path: Path, content: str | None, told: str) -> None:
    path = tmp_path / "authority.pem"
    if content is not None:
        path.write_text(content)
    for made in (MCPClient, MCPClientPool):
        with pytest.raises(ValueError, match=f"^ca_file '{path}' {told}.*; it must name a PEM file"):
            made(uri="wss://127.0.0.1/", api_key=KEY, ca_file=str(path))


def test_a_certificate_that_is_cut_off_is_told_even_after_a_good_one(authority: Authority, tmp_path: Path) -> None:
    path = tmp_path / "cut.pem"
    good = authority.certificate.read_text()
    path.write_text(good + good[: len(good) // 2])
    with pytest.raises(ValueError, match="has a certificate that cannot be read"):
        MCPClient(uri="wss://127.0.0.1/", api_key=KEY, ca_file=path)


def test_a_file_for_an_address_without_tls_is_told(authority: Authority) -> None:
    with pytest.raises(ValueError, match="^ca_file needs a uri of wss://"):
        MCPClient(uri="ws://127.0.0.1/", api_key=KEY, ca_file=authority.certificate)


def test_the_file_is_read_once_also_for_what_a_pool_replaces(authority: Authority) -> None:
    async def test() -> None:
        async with ScriptedPeer(server_side(authority, LOOPBACK)) as peer, Served(peer) as served:
            how = {"reconnect_initial_delay_s": 0.001, "reconnect_max_delay_s": 0.002}
            async with MCPClientPool(uri=peer.uri, api_key=KEY, size=1, ca_file=authority.certificate, **how) as pool:
                authority.certificate.unlink()
                old = pool.clients
                await served.connections[0].close(4409)  # CONNECTION_LOST: the client ends, the pool makes a new one
                while pool.clients in ((), old):
                    await asyncio.sleep(0)
                assert await pool.call_tool("debug/echo", {"n": 2}) == {"n": 2}

    run(test())
