"""What a vector is, and short ways to say one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = Mapping[str, Any]

FORMAT = "INVALID_MESSAGE_FORMAT"
VERSION = "INVALID_PROTOCOL_VERSION"
ID = "INVALID_MESSAGE_ID"

PREFIXES = {
    "request": "req-",
    "response": "resp-",
    "event": "evt-",
    "error": "err-",
    "diagnostic": "diag-",
    "heartbeat": "hb-",
}

REQUIRED: dict[str, dict[str, Any]] = {
    "request": {"method": "ping"},
    "response": {"request_id": "req-1", "result": {}},
    "event": {"event_type": "note"},
    "error": {"error_code": "INTERNAL_ERROR", "error_message": "it broke"},
    "diagnostic": {"level": "info", "component": "player", "message": "started"},
    "heartbeat": {"client_id": "client-1", "uptime": 12.5},
}


@dataclass(frozen=True)
class Vector:
    """One text message and what a strict reader makes of it."""

    name: str
    text: bytes
    description: str
    requirements: tuple[str, ...]
    expected: Json

    @property
    def accepted(self) -> bool:
        return "messages" in self.expected


def text_of(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def envelope(kind: str, **fields: Any) -> dict[str, Any]:
    """An envelope with its required fields; a field given as ``...`` is left out."""
    message: dict[str, Any] = {"protocol_version": "2.0", "message_type": kind, "message_id": PREFIXES.get(kind, "req-") + "1"}
    message |= REQUIRED.get(kind, {})
    message |= fields
    return {name: value for name, value in message.items() if value is not ...}


def compact(**fields: Any) -> dict[str, Any]:
    """A compact request; a field given as ``...`` is left out."""
    message: dict[str, Any] = {"id": "a", "method": "ping"} | fields
    return {name: value for name, value in message.items() if value is not ...}


def read_as(message: Json) -> dict[str, Any]:
    """How an accepted message is told in the expectation."""
    if "message_type" in message:
        told: dict[str, Any] = {"dialect": "envelope", "type": message["message_type"], "id": message["message_id"]}
    else:
        told = {"dialect": "compact", "type": "request", "id": message["id"]}
    named = ("protocol_version", "message_type", "message_id", "id")
    return told | {name: value for name, value in message.items() if name not in named}


def accept(
    name: str,
    messages: Json | Sequence[Json],
    description: str,
    *requirements: str,
    text: bytes | None = None,
    limits: Mapping[str, int] | None = None,
) -> Vector:
    """A vector whose messages are all accepted; ``text`` when its bytes are not the plain ones."""
    batch = not isinstance(messages, Mapping)
    expected: dict[str, Any] = {} if limits is None else {"limits": limits}
    expected |= {"batch": batch, "messages": [read_as(m) for m in ([messages] if isinstance(messages, Mapping) else messages)]}
    return Vector(name, text_of(messages) if text is None else text, description, requirements, expected)


def whole(name: str, text: bytes | str, description: str, *requirements: str, limits: Mapping[str, int] | None = None) -> Vector:
    """A vector that is refused as a whole, with one answer."""
    expected: dict[str, Any] = {} if limits is None else {"limits": limits}
    expected |= {"whole": {"error_code": FORMAT}}
    return Vector(name, text.encode("utf-8") if isinstance(text, str) else text, description, requirements, expected)


def refusal(code: str, request_id: str | None, *, field: str | None = None, form: str = "envelope") -> dict[str, Any]:
    told: dict[str, Any] = {"error_code": code}
    if field is not None:
        told["field"] = field
    if code == VERSION:
        told["supported"] = ["2.0"]
    return told | {"request_id": request_id, "dialect": form}


def accepted(request_id: str) -> dict[str, Any]:
    return {"accepted": True, "id": request_id}


def refuse(
    name: str,
    message: object,
    code: str,
    request_id: str | None,
    description: str,
    *requirements: str,
    field: str | None = None,
    form: str = "envelope",
    text: bytes | None = None,
) -> Vector:
    """A vector of one message that is refused."""
    expected = {"elements": [refusal(code, request_id, field=field, form=form)]}
    return Vector(name, text_of(message) if text is None else text, description, requirements, expected)


def mixed(name: str, elements: Sequence[tuple[object, Json]], description: str, *requirements: str) -> Vector:
    """A batch of which at least one element is refused."""
    return Vector(name, text_of([e for e, _ in elements]), description, requirements, {"elements": [told for _, told in elements]})
