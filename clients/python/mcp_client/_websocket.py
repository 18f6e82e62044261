"""The one place that knows the `websockets` library: its old client (10.4 to 12) and its new one (13 and later)."""

from __future__ import annotations

import json
import logging
import ssl
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from importlib import import_module
from inspect import signature
from typing import Any, Protocol

from websockets.exceptions import ConnectionClosed
from websockets.version import version as _VERSION

from ._codes import ERROR_CODES
from ._options import ClientOptions


class Socket(Protocol):
    """What both clients give."""

    async def recv(self) -> str | bytes: ...

    async def send(self, message: str | bytes) -> None: ...

    async def close(self, code: int = 1000, reason: str = "") -> None: ...


class Refused(Exception):
    """No WebSocket came of it."""

    def __init__(self, status: int | None, retry_after_s: float | None, text: str, code: str | None = None) -> None:
        super().__init__(text)
        self.status = status
        self.retry_after_s = retry_after_s
        self.text = text
        self.code = code


def _connect_class() -> Any:
    """The new client where there is one, else the old; of neither a redirect is followed: the key would travel with it."""
    try:
        found = import_module("websockets.asyncio.client").connect
    except ImportError:
        found = import_module("websockets.legacy.client").connect
    hooks = {"handle_redirect": _refuse_redirect, "process_redirect": lambda self, error: error}  # the old's, the new's
    return type("Connect", (found,), hooks)


def _refuse_redirect(self: Any, uri: str) -> None:
    raise Refused(302, None, "the server answered with a redirect, which is not followed")


_LOG = logging.getLogger("mcp_client.websockets")
_LOG.setLevel(logging.INFO)  # at DEBUG the library writes headers and frames: the key and the tokens would be among them

_CONNECT = _connect_class()
_HEADERS = "additional_headers" if "additional_headers" in signature(_CONNECT.__init__).parameters else "extra_headers"


async def open_socket(options: ClientOptions, trust: ssl.SSLContext | None) -> Socket:
    """Opens, or raises `Refused`. The caller bounds the time."""
    arguments: dict[str, Any] = {
        _HEADERS: {"X-API-Key": options.api_key},
        "subprotocols": ["mcp.v2"],
        "logger": _LOG,
        "compression": None,  # costs memory on both sides and hides sizes
        "open_timeout": None,
        "close_timeout": options.close_timeout_s,
        "ping_interval": None,  # heartbeats do this
        "max_size": options.max_message_bytes,
        "max_queue": 16,  # what is read ahead while a consumer is slow
        "user_agent_header": f"{options.client_name}/{options.client_version} websockets/{_VERSION}",
    }
    if trust is not None:
        arguments["ssl"] = trust
    try:
        socket: Socket = await _CONNECT(options.uri, **arguments)
    except Refused:
        raise
    except Exception as error:  # the library's tree and OSError, SSLError, EOFError, ValueError: nothing came of it
        raise _refused(error) from error
    return socket


def _refused(error: Exception) -> Refused:
    if isinstance(error, ssl.SSLCertVerificationError):
        return Refused(None, None, f"the server's certificate is refused: {error.verify_message}")
    response = getattr(error, "response", None)
    status = getattr(error, "status_code", None) if response is None else response.status_code
    headers = getattr(error, "headers", None) if response is None else response.headers
    if not isinstance(status, int):
        return Refused(None, None, f"{type(error).__name__}: {error}" if str(error) else type(error).__name__)
    body = getattr(response, "body", None)
    code, text = _body(bytes(body) if isinstance(body, (bytes, bytearray)) else b"")
    retry_after = headers.get("Retry-After") if headers is not None else None
    return Refused(status, _seconds(retry_after), text or f"the server refused the connection with HTTP {status}", code)


def _body(body: bytes) -> tuple[str | None, str | None]:
    """error_code and error_message of an HTTP error, as far as they are there."""
    try:
        told = json.loads(body)
    except ValueError:
        return None, None
    if not isinstance(told, dict):
        return None, None
    code, text = told.get("error_code"), told.get("error_message")
    return (code if code in ERROR_CODES else None, text if isinstance(text, str) else None)


def _seconds(retry_after: str | None) -> float | None:
    """Retry-After as seconds from now: a number or a date (RFC 9110 section 10.2.3)."""
    if retry_after is None:
        return None
    if retry_after.strip().isdigit():
        return float(retry_after)
    try:
        date = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    if date.tzinfo is None:
        date = date.replace(tzinfo=timezone.utc)
    return max(0.0, (date - datetime.now(timezone.utc)).total_seconds())


def close_of(closed: ConnectionClosed) -> tuple[int, str]:
    """Code and reason of the end: the server's Close, or what this side found wrong with its frames, or 1006."""
    if closed.rcvd is not None:
        return closed.rcvd.code, closed.rcvd.reason
    if closed.sent is not None and closed.sent.code in (1002, 1003, 1007, 1009):
        return closed.sent.code, closed.sent.reason
    return 1006, ""
