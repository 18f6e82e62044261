"""A second reading of section 4: what becomes of one element. Written from the contract, for the check of the vectors."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

FORMAT, VERSION, ID = "INVALID_MESSAGE_FORMAT", "INVALID_PROTOCOL_VERSION", "INVALID_MESSAGE_ID"

_MESSAGE_ID = re.compile(r"(req|resp|evt|err|diag|hb)-[A-Za-z0-9][A-Za-z0-9._:-]{0,59}")
_COMPACT_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_LARGEST = 2**53 - 1

Check = Callable[[Any], bool]


def _string(value: Any) -> bool:
    return isinstance(value, str)


def _object(value: Any) -> bool:
    return isinstance(value, dict)


def _number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _string_or_null(value: Any) -> bool:
    return value is None or isinstance(value, str)


_TYPES: Mapping[str, tuple[str, tuple[str, ...], Mapping[str, Check]]] = {
    "request": ("req", ("method",), {"method": _string, "params": _object, "context": _object}),
    "response": ("resp", (), {}),
    "event": ("evt", ("event_type",), {"event_type": _string, "data": _object, "source": _string}),
    "error": (
        "err",
        ("error_code", "error_message"),
        {"error_code": _string, "error_message": _string, "details": _object, "request_id": _string_or_null},
    ),
    "diagnostic": (
        "diag",
        ("level", "component", "message"),
        {"level": _string, "component": _string, "message": _string, "details": _object, "metrics": _object},
    ),
    "heartbeat": ("hb", ("client_id", "uptime"), {"client_id": _string, "uptime": _number, "metrics": _object}),
}
_COMPACT = (("method",), {"method": _string, "params": _object, "context": _object})
_LEVELS = ("debug", "info", "warning", "error", "critical")
_LENGTHS: Mapping[str, tuple[tuple[str, int, int, bool], ...]] = {
    "request": (("method", 1, 128, True),),
    "event": (("event_type", 1, 128, True), ("source", 1, 128, True)),
    "error": (("error_message", 0, 2048, False),),
    "diagnostic": (("component", 1, 128, True), ("message", 0, 2048, False)),
    "heartbeat": (("client_id", 1, 128, True),),
}


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _integer(value: Any, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _context_fault(context: Mapping[str, Any]) -> str | None:
    if "traceparent" in context and not _string(context["traceparent"]):
        return "context.traceparent"
    if "deadline_ms" in context and not _integer(context["deadline_ms"], 1, 300_000):
        return "context.deadline_ms"
    key = context.get("idempotency_key", "k")
    return None if isinstance(key, str) and 1 <= _units(key) <= 128 else "context.idempotency_key"


def _field_fault(message: Mapping[str, Any], kind: str, required: tuple[str, ...], types: Mapping[str, Check], named: tuple[str, ...]) -> str | None:
    """The field that the format row or the row of lengths names, or None."""
    for field in required:
        if field not in message:
            return field
    for field, check in types.items():
        if field in message and not check(message[field]):
            return field
    if kind == "diagnostic" and message["level"] not in _LEVELS:
        return "level"
    if "ack" in message and not _integer(message["ack"], 0, _LARGEST):
        return "ack"
    if kind == "event" and message["event_type"] == "ack" and not _integer(message.get("data", {}).get("seq"), 0, _LARGEST):
        return "data.seq"
    fault = _context_fault(message["context"]) if "context" in types and "context" in message else None
    if fault is not None:
        return fault
    for field in message:
        if field not in types and field not in named and field != "ack":
            return field
    for field, least, most, plain in _LENGTHS[kind]:
        if field in message and (not least <= _units(message[field]) <= most or (plain and _CONTROL.search(message[field]))):
            return field
    return None


def judge(element: Any) -> dict[str, Any]:
    """What an element becomes: {"message": …} or the refusal, told as in a vector."""
    if not isinstance(element, dict):
        return _refusal(FORMAT, None, "envelope")
    is_envelope = "protocol_version" in element or "message_type" in element
    is_compact = not is_envelope and ("id" in element or "method" in element)
    form, name = ("compact", "id") if is_compact else ("envelope", "message_id")
    given = element.get(name)
    carried = given if isinstance(given, str) and (_units(given) <= 64 or _MESSAGE_ID.fullmatch(given)) else None
    if "jsonrpc" in element or (is_envelope and element.get("protocol_version") != "2.0"):
        return _refusal(VERSION, carried, form) | {"supported": ["2.0"]}
    if not is_envelope and not is_compact:
        return _refusal(FORMAT, carried, form)
    return _judge_compact(element, carried) if is_compact else _judge_envelope(element, carried)


def _judge_envelope(message: Mapping[str, Any], carried: str | None) -> dict[str, Any]:
    given, kind = message.get("message_id"), message.get("message_type")
    if not isinstance(given, str) or not _MESSAGE_ID.fullmatch(given):
        return _refusal(ID, carried, "envelope")
    if not isinstance(kind, str) or kind not in _TYPES:
        return _refusal(FORMAT, carried, "envelope", "message_type")
    prefix, required, types = _TYPES[kind]
    if given.split("-")[0] != prefix:
        return _refusal(ID, carried, "envelope")
    if kind == "response":
        return _refusal(FORMAT, carried, "envelope", "message_type")
    named = ("protocol_version", "message_type", "message_id")
    fault = _field_fault(message, kind, required, types, named)
    if fault is not None:
        return _refusal(FORMAT, carried, "envelope", fault)
    rest = {field: value for field, value in message.items() if field not in named}
    return {"message": {"dialect": "envelope", "type": kind, "id": given} | rest}


def _judge_compact(message: Mapping[str, Any], carried: str | None) -> dict[str, Any]:
    given = message.get("id")
    if not isinstance(given, str) or not _COMPACT_ID.fullmatch(given):
        return _refusal(ID, carried, "compact")
    fault = _field_fault(message, "request", *_COMPACT, ("id",))
    if fault is not None:
        return _refusal(FORMAT, carried, "compact", fault)
    rest = {field: value for field, value in message.items() if field != "id"}
    return {"message": {"dialect": "compact", "type": "request", "id": given} | rest}


def _refusal(code: str, request_id: str | None, form: str, field: str | None = None) -> dict[str, Any]:
    told: dict[str, Any] = {"error_code": code, "request_id": request_id, "dialect": form}
    return told if field is None else told | {"field": field}
