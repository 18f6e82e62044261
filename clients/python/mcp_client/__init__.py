"""Python client of Patchbay, the MCP server: MCP Integration protocol 2.0 over WebSocket.

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

Every error has ``code``, ``message``, ``details``, ``retryable``, ``retry_after`` (seconds or None) and ``request_id``.
"""

from ._audio import AudioStream
from ._client import MCPClient
from ._errors import (
    ConnectionFailedError,
    ConnectionLostError,
    ExecutionError,
    HeartbeatTimeoutError,
    InvalidApiKeyError,
    InvalidParamsError,
    MCPConnectionError,
    MCPError,
    NotFoundError,
    ProtocolError,
    RateLimitError,
    ReconnectionFailedError,
    RequestCancelledError,
    RequestError,
    SecurityError,
    ServerOverloadedError,
    ToolFailedError,
    ToolTimeoutError,
    UnauthorizedError,
)
from ._options import ClientOptions
from ._pool import MCPClientPool
from ._stream import ToolStream
from ._types import (
    ConnectionState,
    Diagnostic,
    Limits,
    Progress,
    ServerEvent,
    ServerInfo,
    Tool,
    ToolAnnotations,
    ToolCall,
)
from ._version import __version__

__all__ = [
    "AudioStream",
    "ClientOptions",
    "ConnectionFailedError",
    "ConnectionLostError",
    "ConnectionState",
    "Diagnostic",
    "ExecutionError",
    "HeartbeatTimeoutError",
    "InvalidApiKeyError",
    "InvalidParamsError",
    "Limits",
    "MCPClient",
    "MCPClientPool",
    "MCPConnectionError",
    "MCPError",
    "NotFoundError",
    "Progress",
    "ProtocolError",
    "RateLimitError",
    "ReconnectionFailedError",
    "RequestCancelledError",
    "RequestError",
    "SecurityError",
    "ServerEvent",
    "ServerInfo",
    "ServerOverloadedError",
    "Tool",
    "ToolAnnotations",
    "ToolCall",
    "ToolFailedError",
    "ToolStream",
    "ToolTimeoutError",
    "UnauthorizedError",
    "__version__",
]
