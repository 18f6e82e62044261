"""The error tree; the class follows the code on the wire.

::

    MCPError
    ├── ProtocolError               INVALID_MESSAGE_FORMAT, INVALID_PROTOCOL_VERSION, INVALID_MESSAGE_ID, MESSAGE_TOO_LARGE
    ├── RequestError                METHOD_NOT_FOUND, TOOL_NOT_FOUND
    │   ├── InvalidParamsError      INVALID_PARAMS
    │   └── NotFoundError           NOT_FOUND
    ├── ExecutionError              INTERNAL_ERROR, EXECUTION_INTERRUPTED
    │   ├── ToolFailedError         TOOL_EXECUTION_FAILED
    │   ├── ToolTimeoutError        TOOL_TIMEOUT (also a TimeoutError)
    │   ├── RequestCancelledError   REQUEST_CANCELLED
    │   └── ServerOverloadedError   SERVER_OVERLOADED
    ├── SecurityError               SECURITY_VIOLATION
    │   ├── RateLimitError          RATE_LIMIT_EXCEEDED
    │   ├── InvalidApiKeyError      INVALID_API_KEY
    │   └── UnauthorizedError       UNAUTHORIZED_ACCESS
    └── MCPConnectionError          (also a ConnectionError)
        ├── ConnectionFailedError   CONNECTION_FAILED
        ├── ConnectionLostError     CONNECTION_LOST
        ├── ReconnectionFailedError RECONNECTION_FAILED
        └── HeartbeatTimeoutError   HEARTBEAT_TIMEOUT
"""

from __future__ import annotations

from typing import Any

from ._codes import ERROR_CODES


class MCPError(Exception):
    """What the server answered, or what the client found out about the connection."""

    code: str
    """The name on the wire, for example ``INVALID_PARAMS``."""
    message: str
    """What is wrong, for people."""
    details: dict[str, Any]
    """Further facts; ``{}`` when there are none."""
    request_id: str | None
    """The message id of the request it answers, or None."""

    def __init__(
        self, code: str, message: str, details: dict[str, Any] | None = None, request_id: str | None = None
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.details = details if details is not None else {}
        self.request_id = request_id

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed when it is sent again."""
        told = self.details.get("retryable")
        if isinstance(told, bool):
            return told
        row = ERROR_CODES.get(self.code)
        return row is not None and row.retryable

    @property
    def retry_after(self) -> float | None:
        """Seconds to wait first, as the server said, or None when it said nothing."""
        told = self.details.get("retry_after_ms")
        if isinstance(told, bool) or not isinstance(told, (int, float)) or told < 0:
            return None
        return told / 1000


class ProtocolError(MCPError):
    """A message broke a rule of the protocol."""


class RequestError(MCPError):
    """The request asks for something that does not exist or does not fit."""


class InvalidParamsError(RequestError):
    """The params or arguments do not fit the schema."""

    @property
    def errors(self) -> list[dict[str, Any]]:
        """Every fault as ``{"path", "message"}``."""
        found = self.details.get("errors")
        return found if isinstance(found, list) else []


class NotFoundError(RequestError):
    """A named stream, workflow, model or the like does not exist."""


class ExecutionError(MCPError):
    """The request was accepted and did not end well."""


class ToolFailedError(ExecutionError):
    """The tool ran and reported a failure."""


class ToolTimeoutError(ExecutionError, TimeoutError):
    """The call did not end within its time; ``details["source"]`` is ``"client"`` when this client's clock said so."""


class RequestCancelledError(ExecutionError):
    """The request was cancelled."""


class ServerOverloadedError(ExecutionError):
    """No room for the request now."""


class SecurityError(MCPError):
    """A rule of security was broken."""


class RateLimitError(SecurityError):
    """Too many messages; wait `retry_after` seconds."""


class InvalidApiKeyError(SecurityError):
    """The key is missing, malformed, unknown, expired or revoked."""


class UnauthorizedError(SecurityError):
    """The key is valid but lacks the scope named in ``details["scope"]``."""


class MCPConnectionError(MCPError, ConnectionError):
    """Something about the connection, not about one request."""


class ConnectionFailedError(MCPConnectionError):
    """The connection could not be made."""


class ConnectionLostError(MCPConnectionError):
    """The connection was lost; ``details["outcome"]`` is ``"unknown"`` when the request may have run."""


class ReconnectionFailedError(MCPConnectionError):
    """Reconnecting was given up."""


class HeartbeatTimeoutError(MCPConnectionError):
    """The server has been silent for two heartbeat intervals."""


_CLASSES: dict[str, type[MCPError]] = {
    "INVALID_MESSAGE_FORMAT": ProtocolError,
    "INVALID_PROTOCOL_VERSION": ProtocolError,
    "INVALID_MESSAGE_ID": ProtocolError,
    "MESSAGE_TOO_LARGE": ProtocolError,
    "METHOD_NOT_FOUND": RequestError,
    "TOOL_NOT_FOUND": RequestError,
    "INVALID_PARAMS": InvalidParamsError,
    "NOT_FOUND": NotFoundError,
    "TOOL_EXECUTION_FAILED": ToolFailedError,
    "REQUEST_CANCELLED": RequestCancelledError,
    "EXECUTION_INTERRUPTED": ExecutionError,
    "TOOL_TIMEOUT": ToolTimeoutError,
    "SERVER_OVERLOADED": ServerOverloadedError,
    "INTERNAL_ERROR": ExecutionError,
    "RATE_LIMIT_EXCEEDED": RateLimitError,
    "INVALID_API_KEY": InvalidApiKeyError,
    "UNAUTHORIZED_ACCESS": UnauthorizedError,
    "SECURITY_VIOLATION": SecurityError,
    "CONNECTION_FAILED": ConnectionFailedError,
    "CONNECTION_LOST": ConnectionLostError,
    "RECONNECTION_FAILED": ReconnectionFailedError,
    "HEARTBEAT_TIMEOUT": HeartbeatTimeoutError,
}


def make_error(
    code: str, message: str, details: dict[str, Any] | None = None, request_id: str | None = None
) -> MCPError:
    """The error of the class that belongs to `code`; the base class for a code the table does not know."""
    return _CLASSES.get(code, MCPError)(code, message, details, request_id)
