"""The tables of error codes, close codes and HTTP statuses (protocol sections 2 and 7).

The rows are those of the server's one table; `tests/test_codes.py` compares them with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

PROTOCOL_VERSION = "2.0"


class Reconnect(Enum):
    """What a client does after a connection ended in a certain way."""

    AS_YOU_LIKE = "as you like"
    NO = "no"
    WITH_BACKOFF = "with backoff"
    AFTER_DELAY = "after the named delay"


@dataclass(frozen=True, slots=True)
class CodeRow:
    """One error code: its group and whether the same request may be repeated."""

    group: str
    retryable: bool


ERROR_CODES: dict[str, CodeRow] = {
    "INVALID_MESSAGE_FORMAT": CodeRow("protocol", False),
    "INVALID_PROTOCOL_VERSION": CodeRow("protocol", False),
    "INVALID_MESSAGE_ID": CodeRow("protocol", False),
    "MESSAGE_TOO_LARGE": CodeRow("protocol", False),
    "METHOD_NOT_FOUND": CodeRow("request", False),
    "TOOL_NOT_FOUND": CodeRow("request", False),
    "INVALID_PARAMS": CodeRow("request", False),
    "NOT_FOUND": CodeRow("request", False),
    "TOOL_EXECUTION_FAILED": CodeRow("execution", False),
    "REQUEST_CANCELLED": CodeRow("execution", False),
    "EXECUTION_INTERRUPTED": CodeRow("execution", False),
    "TOOL_TIMEOUT": CodeRow("execution", True),
    "SERVER_OVERLOADED": CodeRow("execution", True),
    "INTERNAL_ERROR": CodeRow("execution", True),
    "RATE_LIMIT_EXCEEDED": CodeRow("security", True),
    "INVALID_API_KEY": CodeRow("security", False),
    "UNAUTHORIZED_ACCESS": CodeRow("security", False),
    "SECURITY_VIOLATION": CodeRow("security", False),
    "CONNECTION_FAILED": CodeRow("connection", True),
    "CONNECTION_LOST": CodeRow("connection", True),
    "RECONNECTION_FAILED": CodeRow("connection", True),
    "HEARTBEAT_TIMEOUT": CodeRow("connection", True),
}

# close code -> (error code that a caller sees, what to do)
CLOSE_CODES: dict[int, tuple[str, Reconnect]] = {
    1000: ("CONNECTION_LOST", Reconnect.AS_YOU_LIKE),
    1001: ("CONNECTION_LOST", Reconnect.AS_YOU_LIKE),
    1002: ("CONNECTION_LOST", Reconnect.NO),
    1003: ("CONNECTION_LOST", Reconnect.NO),
    1007: ("CONNECTION_LOST", Reconnect.NO),
    1008: ("SECURITY_VIOLATION", Reconnect.NO),
    1009: ("MESSAGE_TOO_LARGE", Reconnect.NO),
    1011: ("CONNECTION_LOST", Reconnect.WITH_BACKOFF),
    1012: ("CONNECTION_LOST", Reconnect.WITH_BACKOFF),
    1013: ("SERVER_OVERLOADED", Reconnect.WITH_BACKOFF),
    4400: ("INVALID_MESSAGE_FORMAT", Reconnect.NO),
    4401: ("INVALID_API_KEY", Reconnect.NO),
    4403: ("UNAUTHORIZED_ACCESS", Reconnect.NO),
    4408: ("HEARTBEAT_TIMEOUT", Reconnect.WITH_BACKOFF),
    4409: ("CONNECTION_LOST", Reconnect.NO),
    4429: ("RATE_LIMIT_EXCEEDED", Reconnect.AFTER_DELAY),
    4430: ("CONNECTION_LOST", Reconnect.WITH_BACKOFF),
}

# A code without a row is treated as a lost connection: 1005, 1006 and whatever a proxy invents.
UNKNOWN_CLOSE = ("CONNECTION_LOST", Reconnect.WITH_BACKOFF)

REPLACED = 4409
"""A newer connection took the session over: it is no longer ours."""

# HTTP status of a refused handshake -> the same
HTTP_STATUSES: dict[int, tuple[str, Reconnect]] = {
    400: ("INVALID_PROTOCOL_VERSION", Reconnect.NO),
    401: ("INVALID_API_KEY", Reconnect.NO),
    403: ("SECURITY_VIOLATION", Reconnect.NO),
    408: ("CONNECTION_FAILED", Reconnect.WITH_BACKOFF),
    421: ("SECURITY_VIOLATION", Reconnect.NO),
    425: ("CONNECTION_FAILED", Reconnect.WITH_BACKOFF),
    426: ("INVALID_PROTOCOL_VERSION", Reconnect.NO),
    429: ("RATE_LIMIT_EXCEEDED", Reconnect.AFTER_DELAY),
    503: ("SERVER_OVERLOADED", Reconnect.AFTER_DELAY),
}


def http_row(status: int | None) -> tuple[str, Reconnect]:
    """The error and what to do after a handshake that was refused with `status` (None: no HTTP answer came)."""
    if status is None or (status >= 500 and status not in HTTP_STATUSES):
        return ("CONNECTION_FAILED", Reconnect.WITH_BACKOFF)
    return HTTP_STATUSES.get(status, ("CONNECTION_FAILED", Reconnect.NO))


# error code -> the name it has in reports of violations (protocol section 8)
VIOLATION_TYPES: dict[str, str] = {
    "INVALID_MESSAGE_FORMAT": "invalid_message",
    "INVALID_PROTOCOL_VERSION": "protocol_version_mismatch",
    "INVALID_MESSAGE_ID": "invalid_message_id",
    "MESSAGE_TOO_LARGE": "message_too_large",
    "RATE_LIMIT_EXCEEDED": "rate_limit_exceeded",
    "INVALID_API_KEY": "invalid_api_key",
    "UNAUTHORIZED_ACCESS": "unauthorized_access",
    "SECURITY_VIOLATION": "security_violation",
    "HEARTBEAT_TIMEOUT": "heartbeat_timeout",
}
