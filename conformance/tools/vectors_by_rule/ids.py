"""The id row of section 4: form first, then the prefix of the type."""

from __future__ import annotations

from .model import ID, PREFIXES, Vector, accept, compact, envelope, refuse

_FORM, _PREFIX, _COMPACT, _MISSING, _CARRIED = "PROTO-4-17", "PROTO-4-18", "PROTO-4-19", "PROTO-4-20", "PROTO-4-33"
_SENDABLE = ("request", "event", "error", "diagnostic", "heartbeat")


def _malformed(name: str, value: str, description: str) -> Vector:
    carried = value if len(value.encode("utf-16-le")) // 2 <= 64 else None
    return refuse(name, envelope("request", message_id=value), ID, carried, description, _FORM, _CARRIED)


def _malformed_compact(name: str, value: str, description: str) -> Vector:
    carried = value if len(value.encode("utf-16-le")) // 2 <= 64 else None
    return refuse(name, compact(id=value), ID, carried, description, _COMPACT, _CARRIED, form="compact")


def _no_id(name: str, value: object, description: str) -> Vector:
    return refuse(name, envelope("request", message_id=value), ID, None, description, _MISSING)


def _no_compact_id(name: str, value: object, description: str) -> Vector:
    return refuse(name, compact(id=value), ID, None, description, _MISSING, form="compact")


VECTORS: tuple[Vector, ...] = (
    *(
        accept(f"{kind}-id-longest", envelope(kind, message_id=PREFIXES[kind] + "a" * 60), f"The longest id of type {kind}: 60 characters after the prefix.", _FORM)
        for kind in _SENDABLE
    ),
    *(
        refuse(
            f"{kind}-id-too-long",
            envelope(kind, message_id=PREFIXES[kind] + "a" * 61),
            ID,
            None if len(PREFIXES[kind]) > 3 else PREFIXES[kind] + "a" * 61,
            f"61 characters after the prefix of type {kind}.",
            _FORM,
            _CARRIED,
        )
        for kind in _SENDABLE
    ),
    accept("id-shortest", envelope("request", message_id="req-Z"), "One character after the prefix.", _FORM),
    accept("id-every-character", envelope("request", message_id="req-0aZ.9_:-"), "Every kind of character an id may have.", _FORM),
    _malformed("id-prefix-only", "req-", "Nothing after the prefix."),
    _malformed("id-empty", "", "An empty id."),
    _malformed("id-no-prefix", "1", "No prefix."),
    _malformed("id-prefix-in-capitals", "REQ-1", "A prefix in capitals."),
    _malformed("id-unknown-prefix", "foo-1", "A prefix of no type."),
    _malformed("id-underscore-prefix", "req_1", "An underscore for the hyphen."),
    _malformed("id-hyphen-first", "req--1", "A hyphen first after the prefix."),
    _malformed("id-dot-first", "req-.1", "A dot first after the prefix."),
    _malformed("id-underscore-first", "req-_1", "An underscore first after the prefix."),
    _malformed("id-space", "req-1 2", "A space in the id."),
    _malformed("id-leading-space", " req-1", "A space before the id."),
    _malformed("id-line-feed-at-end", "req-1\n", "A line feed after the id, which a careless pattern lets pass."),
    _malformed("id-slash", "req-1/2", "A solidus in the id."),
    _malformed("id-letter-not-ascii", "req-\u00e9", "A letter that is not ASCII."),
    _malformed("id-digit-not-ascii", "req-\u0661", "A digit that is not ASCII."),
    _malformed("id-control-character", "req-1\u0000", "A control character in the id."),
    _malformed("id-64-units", "req-" + "\U0001f600" * 30, "A malformed id of 64 UTF-16 units is carried."),
    _malformed("id-66-units", "req-" + "\U0001f600" * 31, "A malformed id of 66 UTF-16 units is not carried, though it has 35 characters."),
    _no_id("id-missing", ..., "No message_id."),
    _no_id("id-number", 1, "A number as message_id."),
    _no_id("id-null", None, "A null as message_id."),
    _no_id("id-object", {"req-1": 1}, "An object as message_id."),
    _no_id("id-array", ["req-1"], "An array as message_id."),
    refuse("id-under-compact-name", envelope("request", message_id=..., id="req-1"), ID, None, "The id of an envelope is message_id, not id.", _MISSING),
    refuse("id-name-in-other-case", envelope("request", message_id=..., Message_Id="req-1"), ID, None, "A name in another case is another name.", _MISSING, "PROTO-4-27"),
    *(
        refuse(f"{kind}-id-of-other-type", envelope(kind, message_id=("evt-" if kind == "request" else "req-") + "1"), ID, "evt-1" if kind == "request" else "req-1", f"A prefix that is not the one of type {kind}.", _PREFIX)
        for kind in _SENDABLE
    ),
    refuse("request-id-of-response", envelope("request", message_id="resp-1"), ID, "resp-1", "The prefix of a response on a request.", _PREFIX),
    refuse("response-id-of-request", envelope("response", message_id="req-1"), ID, "req-1", "The prefix is judged before the direction of the type.", _PREFIX, "PROTO-4-32"),
    refuse("id-before-missing-method", envelope("request", message_id="1", method=...), ID, "1", "The id is judged before the fields.", "PROTO-4-32"),
    refuse("prefix-before-unknown-field", envelope("request", message_id="hb-1", zzz=1), ID, "hb-1", "The prefix is judged before unknown fields.", "PROTO-4-32"),
    refuse("id-before-unknown-type", envelope("nothing", message_id="1"), ID, "1", "The form of the id is judged before the type.", "PROTO-4-32"),
    accept("compact-id-longest", compact(id="a" * 64), "A compact id of 64 characters.", _COMPACT),
    _malformed_compact("compact-id-too-long", "a" * 65, "A compact id of 65 characters is not carried."),
    accept("compact-id-shortest", compact(id="7"), "A compact id of one character.", _COMPACT),
    accept("compact-id-every-character", compact(id="0aZ.9_:-"), "Every kind of character a compact id may have.", _COMPACT),
    _malformed_compact("compact-id-empty", "", "An empty compact id."),
    _malformed_compact("compact-id-hyphen-first", "-a", "A hyphen first."),
    _malformed_compact("compact-id-colon-first", ":a", "A colon first."),
    _malformed_compact("compact-id-space", "a b", "A space in a compact id."),
    _malformed_compact("compact-id-line-feed-at-end", "a\n", "A line feed after a compact id."),
    _malformed_compact("compact-id-not-ascii", "\u00e4", "A letter that is not ASCII."),
    _malformed_compact("compact-id-64-units", "\U0001f600" * 32, "A malformed compact id of 64 UTF-16 units is carried."),
    _malformed_compact("compact-id-66-units", "\U0001f600" * 33, "A malformed compact id of 66 UTF-16 units is not carried."),
    _no_compact_id("compact-id-missing", ..., "A method without an id."),
    _no_compact_id("compact-id-number", 1, "A number as compact id."),
    _no_compact_id("compact-id-null", None, "A null as compact id."),
    _no_compact_id("compact-id-true", True, "A boolean as compact id."),
    refuse("compact-id-in-other-case", {"Id": "a", "method": "ping"}, ID, None, "A name in another case is another name.", _MISSING, "PROTO-4-27", form="compact"),
    refuse("compact-id-before-method", {"id": "?"}, ID, "?", "The compact id is judged before the missing method.", "PROTO-4-32", form="compact"),
    refuse("compact-message-id-for-id", {"message_id": "req-1", "method": "ping"}, ID, None, "The id of a compact request is id, not message_id.", _MISSING, form="compact"),
)
