"""The protocol version row of section 4."""

from __future__ import annotations

from .model import VERSION, Vector, compact, envelope, refuse

_RPC = "PROTO-4-16"


def _version(name: str, value: object, description: str) -> Vector:
    return refuse(name, envelope("request", protocol_version=value), VERSION, "req-1", description, "PROTO-4-15")


VECTORS: tuple[Vector, ...] = (
    _version("version-missing", ..., "No protocol_version beside a message_type."),
    _version("version-1", "1.0", "Another version."),
    _version("version-2-1", "2.1", "A later version."),
    _version("version-short", "2", "A version without its minor number."),
    _version("version-long", "2.0.0", "A version with three numbers."),
    _version("version-space", "2.0 ", "A version with a space after it."),
    _version("version-empty", "", "An empty version."),
    _version("version-null", None, "A null version."),
    _version("version-array", ["2.0"], "A version in an array."),
    _version("version-object", {"major": 2}, "A version as an object."),
    refuse(
        "version-number",
        None,
        VERSION,
        "req-1",
        "2.0 as a number is not the string.",
        "PROTO-4-15",
        text=b'{"protocol_version":2.0,"message_type":"request","message_id":"req-1","method":"ping"}',
    ),
    refuse("version-other-case", {"Protocol_Version": "2.0", "message_type": "request", "message_id": "req-1", "method": "ping"}, VERSION, "req-1", "A name in another case is another name.", "PROTO-4-15", "PROTO-4-27"),
    refuse("version-before-id", envelope("request", protocol_version="3.0", message_id="?"), VERSION, "?", "The version is judged before the id; a malformed id is carried.", "PROTO-4-32", "PROTO-4-33"),
    refuse("version-before-missing-id", envelope("request", protocol_version="3.0", message_id=...), VERSION, None, "The version is judged before the missing id.", "PROTO-4-32", "PROTO-4-33"),
    refuse("version-before-type", envelope("nothing", protocol_version="3.0"), VERSION, "req-1", "The version is judged before the type.", "PROTO-4-32"),
    refuse("version-alone-wrong", {"protocol_version": "1.0"}, VERSION, None, "protocol_version alone makes an envelope.", "PROTO-4-15", "PROTO-3-19"),
    refuse("version-missing-alone", {"message_type": "heartbeat"}, VERSION, None, "message_type alone makes an envelope.", "PROTO-4-15", "PROTO-3-19"),
    refuse("version-missing-beside-id-and-method", {"message_type": "request", "id": "a", "method": "ping"}, VERSION, None, "With a message_type it is no compact request.", "PROTO-4-15", "PROTO-3-19"),
    refuse("version-wrong-on-event", envelope("event", protocol_version="1.0"), VERSION, "evt-1", "An event of another version.", "PROTO-4-15"),
    refuse("version-with-long-id", envelope("request", protocol_version="1.0", message_id="x" * 65), VERSION, None, "An id of 65 characters is not carried.", "PROTO-4-33"),
    refuse("version-with-64-unit-id", envelope("request", protocol_version="1.0", message_id="x" * 64), VERSION, "x" * 64, "An id of 64 characters is carried.", "PROTO-4-33"),
    refuse("jsonrpc-request", {"jsonrpc": "2.0", "id": "a", "method": "ping"}, VERSION, "a", "JSON-RPC with a string id is answered in compact form.", _RPC, form="compact"),
    refuse("jsonrpc-number-id", {"jsonrpc": "2.0", "id": 1, "method": "ping"}, VERSION, None, "JSON-RPC with a number as id.", _RPC, form="compact"),
    refuse("jsonrpc-notification", {"jsonrpc": "2.0", "method": "notifications/initialized"}, VERSION, None, "A JSON-RPC notification.", _RPC, form="compact"),
    refuse("jsonrpc-response", {"jsonrpc": "2.0", "id": "a", "result": {}}, VERSION, "a", "A JSON-RPC response.", _RPC, form="compact"),
    refuse("jsonrpc-alone", {"jsonrpc": "2.0"}, VERSION, None, "A jsonrpc member alone is answered with an envelope.", _RPC, "PROTO-3-28"),
    refuse("jsonrpc-in-envelope", envelope("request", jsonrpc="2.0"), VERSION, "req-1", "A jsonrpc member in a good envelope.", _RPC),
    refuse("jsonrpc-in-compact", compact(jsonrpc=None), VERSION, "a", "A jsonrpc member counts whatever its value.", _RPC, form="compact"),
    refuse("jsonrpc-in-typed", {"jsonrpc": "2.0", "message_type": "request", "message_id": "req-1", "id": "a", "method": "ping"}, VERSION, "req-1", "With a message_type the answer is an envelope.", _RPC),
    refuse("jsonrpc-before-bad-id", {"jsonrpc": "2.0", "id": "-a", "method": "ping"}, VERSION, "-a", "The version row is judged before the id.", _RPC, "PROTO-4-32", form="compact"),
    refuse("jsonrpc-escaped", None, VERSION, "a", "The name with an escape is the same name.", _RPC, form="compact", text=rb'{"\u006asonrpc":"2.0","id":"a","method":"ping"}'),
)
