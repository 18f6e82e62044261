"""Reading what the server sends: JSON text to a message whose fields have the right types, or the reason why not."""

from __future__ import annotations

import json
from typing import Any

from ._errors import MCPError, make_error
from ._types import Diagnostic, Limits, ServerEvent, ServerInfo

Message = dict[str, Any]

_REQUIRED: dict[str, dict[str, type | tuple[type, ...]]] = {
    "response": {"request_id": str, "result": object},
    "event": {"event_type": str},
    "error": {"error_code": str, "error_message": str},
    "diagnostic": {"level": str, "component": str, "message": str},
    "heartbeat": {},
}


def read(text: str) -> list[Any]:
    """The elements of one text message. Raises ValueError when it is no JSON object or array."""
    value = json.loads(text)
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        return [value]
    raise ValueError("neither an object nor an array")


def fault(message: Any) -> str | None:
    """The field that is wrong, or None."""
    if not isinstance(message, dict):
        return "message"
    kind = message.get("message_type")
    required = _REQUIRED.get(kind) if isinstance(kind, str) else None
    if required is None:
        return "message_type"
    for name, wanted in required.items():
        if name not in message or not isinstance(message[name], wanted):
            return name
    seq = message.get("seq")
    if seq is not None and not is_count(seq):
        return "seq"
    return None


def is_count(value: Any) -> bool:
    """A whole number from 0; JSON's true is none."""
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def part(message: Message, name: str) -> dict[str, Any]:
    """An object member, `{}` when it is absent or no object."""
    value = message.get(name)
    return value if isinstance(value, dict) else {}


def to_error(message: Message) -> MCPError:
    request_id = message.get("request_id")
    return make_error(
        message["error_code"],
        message["error_message"],
        part(message, "details"),
        request_id if isinstance(request_id, str) else None,
    )


def to_event(message: Message) -> ServerEvent:
    source = message.get("source")
    return ServerEvent(message["event_type"], part(message, "data"), source if isinstance(source, str) else None)


def to_diagnostic(message: Message) -> Diagnostic:
    return Diagnostic(
        message["level"], message["component"], message["message"], part(message, "details"), part(message, "metrics")
    )


def to_limits(data: dict[str, Any]) -> Limits:
    """The limits of a welcome; the default for each that is missing or no positive whole number."""
    told = part(data, "limits")
    known = Limits.__dataclass_fields__
    return Limits(**{name: told[name] for name in known if is_count(told.get(name)) and told[name] > 0})


def to_server_info(data: dict[str, Any]) -> ServerInfo:
    server = part(data, "server")
    listed = data.get("capabilities")
    capabilities = tuple(name for name in listed if isinstance(name, str)) if isinstance(listed, list) else ()
    return ServerInfo(str(server.get("name", "")), str(server.get("version", "")), capabilities)
