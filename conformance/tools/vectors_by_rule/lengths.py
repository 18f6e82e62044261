"""Lengths and characters: the last row of section 4."""

from __future__ import annotations

from .model import FORMAT, Vector, accept, compact, envelope, refuse

_NAMES, _CONTROLS, _TEXTS, _UNITS = "PROTO-4-28", "PROTO-4-29", "PROTO-4-30", "PROTO-4-36"
_NAMED = (("request", "method"), ("event", "event_type"), ("event", "source"), ("diagnostic", "component"), ("heartbeat", "client_id"))
_LONG = (("diagnostic", "message"), ("error", "error_message"))
_GRIN = "\U0001f600"


def _named(kind: str, field: str, value: str, name: str, description: str, requirement: str, good: bool) -> Vector:
    message = envelope(kind, **{field: value})
    name = f"{kind}-{field.replace('_', '-')}-{name}"
    if good:
        return accept(name, message, description, requirement)
    return refuse(name, message, FORMAT, message["message_id"], description, requirement, field=field)


def _compact(name: str, method: str, description: str, requirement: str) -> Vector:
    return refuse(name, compact(method=method), FORMAT, "a", description, requirement, field="method", form="compact")


VECTORS: tuple[Vector, ...] = (
    *(_named(k, f, "x", "1", f"A {f} of one character.", _NAMES, True) for k, f in _NAMED),
    *(_named(k, f, "x" * 128, "128", f"A {f} of 128 characters.", _NAMES, True) for k, f in _NAMED),
    *(_named(k, f, "x" * 129, "129", f"A {f} of 129 characters.", _NAMES, False) for k, f in _NAMED),
    *(_named(k, f, "", "empty", f"An empty {f}.", _NAMES, False) for k, f in _NAMED),
    *(_named(k, f, "a\nb", "line-feed", f"A {f} with an escaped line feed.", _CONTROLS, False) for k, f in _NAMED),
    *(_named(k, f, "x" * 2048, "2048", f"A {f} of 2,048 characters.", _TEXTS, True) for k, f in _LONG),
    *(_named(k, f, "x" * 2049, "2049", f"A {f} of 2,049 characters.", _TEXTS, False) for k, f in _LONG),
    *(_named(k, f, _GRIN * 1024, "2048-units", f"A {f} of 1,024 characters that are 2,048 UTF-16 units.", _UNITS, True) for k, f in _LONG),
    *(_named(k, f, _GRIN * 1024 + "x", "2049-units", f"A {f} of 1,025 characters that are 2,049 UTF-16 units.", _UNITS, False) for k, f in _LONG),
    *(_named(k, f, "", "empty", f"An empty {f} is short enough.", _TEXTS, True) for k, f in _LONG),
    *(_named(k, f, "line 1\nline 2\u0007", "controls", f"A {f} may have control characters.", _TEXTS, True) for k, f in _LONG),
    _named("request", "method", _GRIN * 64, "128-units", "A method of 64 characters that are 128 UTF-16 units.", _UNITS, True),
    _named("request", "method", _GRIN * 64 + "x", "129-units", "A method of 65 characters that are 129 UTF-16 units.", _UNITS, False),
    _named("request", "method", "\u20ac" * 128, "384-bytes", "A method of 128 characters that are 384 bytes.", _UNITS, True),
    _named("request", "method", "\u0000", "u0000", "U+0000 in a method.", _CONTROLS, False),
    _named("request", "method", "a\u001f", "u001f", "U+001F in a method.", _CONTROLS, False),
    _named("request", "method", " ", "u0020", "U+0020 in a method is no control character.", _CONTROLS, True),
    _named("request", "method", "~", "u007e", "U+007E in a method is no control character.", _CONTROLS, True),
    _named("request", "method", "a\u007f", "u007f", "U+007F in a method.", _CONTROLS, False),
    _named("request", "method", "a\u0080", "u0080", "U+0080 in a method.", _CONTROLS, False),
    _named("request", "method", "a\u009f", "u009f", "U+009F in a method.", _CONTROLS, False),
    _named("request", "method", "\u00a0", "u00a0", "U+00A0 in a method is no control character.", _CONTROLS, True),
    refuse("method-u0085-escaped", None, FORMAT, "a", "U+0085 as an escape is the same character.", _CONTROLS, field="method", form="compact", text=rb'{"id":"a","method":"a\u0085"}'),
    accept("compact-method-128", compact(method="x" * 128), "A compact method of 128 characters.", _NAMES),
    _compact("compact-method-129", "x" * 129, "A compact method of 129 characters.", _NAMES),
    _compact("compact-method-empty", "", "An empty compact method.", _NAMES),
    _compact("compact-method-u007f", "a\u007f", "U+007F in a compact method.", _CONTROLS),
    refuse("unknown-field-before-length", envelope("request", method="", zzz=1), FORMAT, "req-1", "Unknown fields are judged before lengths.", "PROTO-4-32", field="zzz"),
    refuse("ack-before-length", envelope("request", method="", ack=-1), FORMAT, "req-1", "The ack is judged before lengths.", "PROTO-4-32", field="ack"),
    refuse("level-before-length", envelope("diagnostic", level="loud", message="x" * 2049), FORMAT, "diag-1", "The level is judged before lengths.", "PROTO-4-32", field="level"),
)
