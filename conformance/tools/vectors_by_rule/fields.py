"""The format row of section 4: types, required fields, JSON types, and fields that a type does not have."""

from __future__ import annotations

from typing import Any

from .model import FORMAT, PREFIXES, REQUIRED, Vector, compact, envelope, refuse

_TYPE, _DIRECTION, _MISSING, _WRONG, _UNKNOWN, _CASE, _ORDER = (f"PROTO-4-{n}" for n in (22, 23, 24, 25, 26, 27, 32))


def _format(name: str, message: dict[str, Any], field: str, description: str, *requirements: str) -> Vector:
    if "message_type" in message or "protocol_version" in message:
        return refuse(name, message, FORMAT, message["message_id"], description, *requirements, field=field)
    return refuse(name, message, FORMAT, message["id"], description, *requirements, field=field, form="compact")


def _type(name: str, value: object, description: str) -> Vector:
    message = envelope("request")
    message["message_type"] = value
    if value is ...:
        del message["message_type"]
    return _format(name, message, "message_type", description, _TYPE)


def _missing(kind: str, field: str) -> Vector:
    name = f"{kind}-without-{field.replace('_', '-')}"
    return _format(name, envelope(kind, **{field: ...}), field, f"A {kind} without {field}.", _MISSING)


def _wrong(kind: str, field: str, value: object, what: str) -> Vector:
    name = f"{kind}-{field.replace('_', '-')}-{what.split()[-1]}"
    return _format(name, envelope(kind, **{field: value}), field, f"A {kind} whose {field} is {what}.", _WRONG)


def _unknown(kind: str, field: str, value: object) -> Vector:
    name = f"{kind}-with-{field.replace('_', '-').lower()}"
    return _format(name, envelope(kind, **{field: value}), field, f"A {kind} has no field {field}.", _UNKNOWN)


_SENDABLE = [kind for kind in PREFIXES if kind != "response"]

VECTORS: tuple[Vector, ...] = (
    _type("type-missing", ..., "No message_type beside a protocol_version."),
    _type("type-unknown", "command", "A type that does not exist."),
    _type("type-in-capitals", "Request", "A type in another case."),
    _type("type-empty", "", "An empty type."),
    _type("type-number", 1, "A number as type."),
    _type("type-null", None, "A null as type."),
    _type("type-array", ["request"], "An array as type."),
    _format("response-from-client", envelope("response"), "message_type", "A client sends no responses.", _DIRECTION),
    _format("response-from-client-without-result", envelope("response", result=...), "message_type", "The direction is judged before the fields.", _DIRECTION, _ORDER),
    *(_missing(kind, field) for kind in _SENDABLE for field in REQUIRED[kind]),
    *(_wrong(kind, field, None, "null") for kind in _SENDABLE for field in REQUIRED[kind]),
    _wrong("request", "method", 1, "a number"),
    _wrong("request", "method", ["ping"], "an array"),
    _wrong("request", "params", [], "an array"),
    _wrong("request", "params", None, "null"),
    _wrong("request", "params", "{}", "a string"),
    _wrong("request", "context", None, "null"),
    _wrong("request", "context", [], "an array"),
    _wrong("event", "event_type", {}, "an object"),
    _wrong("event", "data", None, "null"),
    _wrong("event", "data", [1], "an array"),
    _wrong("event", "source", 1, "a number"),
    _wrong("event", "source", None, "null"),
    _wrong("error", "error_code", 500, "a number"),
    _wrong("error", "error_message", ["it broke"], "an array"),
    _wrong("error", "details", None, "null"),
    _wrong("error", "details", "x", "a string"),
    _wrong("error", "request_id", 7, "a number"),
    _wrong("error", "request_id", {}, "an object"),
    _wrong("diagnostic", "level", 3, "a number"),
    _wrong("diagnostic", "component", True, "a boolean"),
    _wrong("diagnostic", "message", {}, "an object"),
    _wrong("diagnostic", "details", [], "an array"),
    _wrong("diagnostic", "metrics", None, "null"),
    _format("diagnostic-level-unknown", envelope("diagnostic", level="fatal"), "level", "A level that does not exist.", "PROTO-3-06"),
    _format("diagnostic-level-in-capitals", envelope("diagnostic", level="Warning"), "level", "A level in another case.", "PROTO-3-06", _CASE),
    _wrong("heartbeat", "client_id", 1, "a number"),
    _wrong("heartbeat", "uptime", "12.5", "a string"),
    _wrong("heartbeat", "metrics", [], "an array"),
    _unknown("request", "zzz", None),
    _unknown("request", "id", "a"),
    _unknown("request", "seq", 1),
    _unknown("request", "Params", {}),
    _unknown("request", "data", {}),
    _unknown("event", "method", "ping"),
    _unknown("event", "context", {}),
    _unknown("event", "metrics", {}),
    _unknown("event", "seq", 1),
    _unknown("error", "data", {}),
    _unknown("diagnostic", "request_id", "req-1"),
    _unknown("heartbeat", "context", {}),
    _unknown("heartbeat", "details", {}),
    _format("request-method-in-other-case", envelope("request", method=..., Method="ping"), "method", "A name in another case leaves the field missing.", _MISSING, _CASE),
    _format("compact-without-method", compact(method=...), "method", "A compact request without method.", _MISSING),
    _format("compact-without-method-with-result", compact(method=..., result={}), "method", "A compact answer is nothing a client sends.", _MISSING),
    _format("compact-method-null", compact(method=None), "method", "A compact method that is null.", _WRONG),
    _format("compact-params-array", compact(params=[]), "params", "Compact params in an array.", _WRONG),
    _format("compact-params-null", compact(params=None), "params", "Compact params that are null.", _WRONG),
    _format("compact-context-string", compact(context="x"), "context", "A compact context that is a string.", _WRONG),
    _format("compact-with-seq", compact(seq=1), "seq", "A client sends no seq.", _UNKNOWN, "PROTO-3-09"),
    _format("compact-with-zzz", compact(zzz={}), "zzz", "A compact request has no field zzz.", _UNKNOWN),
    _format("compact-with-message-id", compact(message_id="req-1"), "message_id", "A compact request has no message_id.", _UNKNOWN),
    _format("compact-with-capital-params", compact(Params={}), "Params", "A name in another case is an unknown field.", _UNKNOWN, _CASE),
    _format("compact-with-empty-name", compact(**{"": 1}), "", "The empty name is an unknown field.", _UNKNOWN),
    _format("missing-before-wrong-type", envelope("request", method=..., params=1), "method", "A missing field is judged before one of the wrong type.", _ORDER),
    _format("missing-before-unknown", envelope("event", event_type=..., zzz=1), "event_type", "A missing field is judged before an unknown one.", _ORDER),
    _format("wrong-type-before-unknown", envelope("request", zzz=1, params=1), "params", "A wrong type is judged before an unknown field.", _ORDER),
    _format("wrong-type-before-ack", envelope("request", ack=-1, params=1), "params", "A wrong type is judged before the ack.", _ORDER),
    _format("missing-before-ack", envelope("heartbeat", ack="1", uptime=...), "uptime", "A missing field is judged before the ack.", _ORDER),
    _wrong("heartbeat", "uptime", True, "a boolean"),
    _wrong("error", "request_id", False, "a boolean"),
    _wrong("event", "data", "x", "a string"),
    _wrong("request", "method", {"name": "ping"}, "an object"),
    _wrong("diagnostic", "level", ["info"], "an array"),
)
