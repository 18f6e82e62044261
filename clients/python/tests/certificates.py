"""Certificates of the test's own making, by openssl."""

from __future__ import annotations

import ssl
import subprocess
from pathlib import Path

_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]


class Authority:
    """A certificate that signs itself, `certificate`, and others; with `names` (as in subjectAltName) it is a server's as well."""

    def __init__(self, directory: Path, name: str, names: str | None = None) -> None:
        self.directory = directory
        self.certificate, self.key = directory / f"{name}.pem", directory / f"{name}.key"
        named = [] if names is None else ["-addext", f"subjectAltName={names}"]
        _openssl("req", "-x509", *_KEY, "-subj", f"/CN={name}", *named, "-days", "2", "-keyout", self.key, "-out", self.certificate)

    def as_server(self) -> ssl.SSLContext:
        """The server's side with this certificate itself."""
        return _context(self.certificate, self.key)


def server_side(authority: Authority, names: str, days: int = 2) -> ssl.SSLContext:
    """The server's side with a certificate for `names` that the authority has signed, which ends in so many days."""
    request, certificate, key = (authority.directory / f"server.{end}" for end in ("csr", "pem", "key"))
    _openssl("req", *_KEY, "-subj", "/CN=server", "-addext", f"subjectAltName={names}", "-keyout", key, "-out", request)
    signed = ["-CA", authority.certificate, "-CAkey", authority.key, "-copy_extensions", "copy", "-days", str(days)]
    _openssl("x509", "-req", "-in", request, *signed, "-out", certificate)
    return _context(certificate, key)


def _context(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


def _openssl(*arguments: str | Path) -> None:
    subprocess.run(["openssl", *map(str, arguments)], check=True, capture_output=True)
