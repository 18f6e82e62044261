"""Whom a client trusts: the system's authorities, or the certificates of a file and nobody else."""

from __future__ import annotations

import ssl
from pathlib import Path

from ._options import ClientOptions


def read_trust(options: ClientOptions) -> ssl.SSLContext | None:
    """Reads `ca_file`, once for all connections; None: the system decides. Host names and dates are checked either way."""
    if options.ca_file is None:
        return None
    try:
        text = Path(options.ca_file).read_bytes().decode("ascii", "ignore")  # between certificates anything may stand
    except (OSError, ValueError) as error:
        raise _fault(options, f"cannot be read: {getattr(error, 'strerror', None) or error}") from error
    if "-----BEGIN CERTIFICATE-----" not in text:
        raise _fault(options, "has no certificate")
    # Not create_default_context: how strict that is changes from version to version of Python.
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(cadata=text)
    except ssl.SSLError as error:
        raise _fault(options, f"has a certificate that cannot be read: {error.reason or error}") from error
    return context


def _fault(options: ClientOptions, what: str) -> ValueError:
    return ValueError(f"ca_file {str(options.ca_file)!r} {what}; it must name a PEM file of the certificates to trust")
