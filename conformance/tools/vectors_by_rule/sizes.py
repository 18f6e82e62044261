"""Depth, members, number tokens and the length of a batch, each at its limit and one past it."""

from __future__ import annotations

import json

from .model import Vector, accept, compact, envelope, text_of, whole

_DEPTH, _MEMBERS, _TOKEN = "PROTO-4-06", "PROTO-4-07", "PROTO-4-08"


def _nested(levels: int) -> list[object]:
    value: list[object] = []
    for _ in range(levels - 1):
        value = [value]
    return value


def _nested_objects(levels: int) -> dict[str, object]:
    value: dict[str, object] = {}
    for _ in range(levels - 1):
        value = {"x": value}
    return value


def _with_number(token: str) -> bytes:
    return ('{"id":"a","method":"ping","params":{"x":' + token + "}}").encode("ascii")


def _number(name: str, token: str, description: str) -> Vector:
    if len(token) > 64:
        return whole(name, _with_number(token), description, _TOKEN)
    return accept(name, compact(params={"x": json.loads(token)}), description, _TOKEN, text=_with_number(token))


def _many(count: int) -> dict[str, object]:
    """A compact request of ``count`` members: id, method, params, x, and the elements of x."""
    return compact(params={"x": [0] * (count - 4)})


def _many_named(count: int) -> dict[str, object]:
    """A compact request of ``count`` object members."""
    return compact(params={f"{n:x}": 0 for n in range(count - 3)})


def _spread(count: int) -> list[dict[str, object]]:
    """A batch of ``count`` members: two elements, four members in each, and the elements of x."""
    half = (count - 10) // 2
    return [compact(id="a", params={"x": [0] * half}), compact(id="b", params={"x": [0] * (count - 10 - half)})]


def _batch(length: int) -> list[dict[str, object]]:
    return [compact(id=f"a{n}") for n in range(length)]


_DEEP_ENVELOPE = envelope("request", params={"x": _nested(31)})
_DEEP_SCALAR = b'{"id":"a","method":"ping","params":{"x":' + b"[" * 30 + b"1" + b"]" * 30 + b"}}"
_DEEP_SCALAR_VALUE = json.loads(_DEEP_SCALAR)

VECTORS: tuple[Vector, ...] = (
    accept("depth-32", compact(params={"x": _nested(30)}), "Message, params and 30 arrays: depth 32.", _DEPTH),
    whole("depth-33", text_of(compact(params={"x": _nested(31)})), "Message, params and 31 arrays: depth 33.", _DEPTH),
    accept("depth-32-objects", compact(params=_nested_objects(31)), "Message and 31 objects: depth 32.", _DEPTH),
    whole("depth-33-objects", text_of(compact(params=_nested_objects(32))), "Message and 32 objects: depth 33.", _DEPTH),
    accept("depth-32-with-scalar", _DEEP_SCALAR_VALUE, "Objects and arrays nest; a scalar in the thirty-second adds no depth.", _DEPTH, text=_DEEP_SCALAR),
    accept("depth-32-in-batch", [compact(params={"x": _nested(29)})], "The array of a batch is the first level: depth 32.", _DEPTH, "PROTO-3-24"),
    whole("depth-33-in-batch", text_of([compact(params={"x": _nested(30)})]), "The array of a batch is the first level: depth 33.", _DEPTH),
    whole("depth-33-beside-a-good-one", text_of([compact(id="b"), compact(params={"x": _nested(30)})]), "One element too deep refuses the whole batch.", _DEPTH, "PROTO-3-26"),
    accept("depth-32-envelope", envelope("request", params={"x": _nested(30)}), "An envelope of depth 32.", _DEPTH),
    whole("depth-33-envelope", text_of(_DEEP_ENVELOPE), "An envelope of depth 33.", _DEPTH),
    whole("depth-10000", "[" * 10000 + "]" * 10000, "Ten thousand arrays, one in the other.", _DEPTH),
    accept("members-10000", _many(10000), "Members and elements together are 10,000.", _MEMBERS),
    whole("members-10001", text_of(_many(10001)), "Members and elements together are 10,001.", _MEMBERS),
    accept("members-10000-named", _many_named(10000), "10,000 members of objects.", _MEMBERS),
    whole("members-10001-named", text_of(_many_named(10001)), "10,001 members of objects.", _MEMBERS),
    accept("members-10000-in-batch", _spread(10000), "The members of all elements of a batch count together: 10,000.", _MEMBERS),
    whole("members-10001-in-batch", text_of(_spread(10001)), "The members of all elements of a batch count together: 10,001.", _MEMBERS),
    _number("number-64-digits", "1" + "0" * 63, "A number of 64 digits."),
    _number("number-65-digits", "1" + "0" * 64, "A number of 65 digits."),
    _number("number-64-with-sign", "-" + "9" * 63, "A minus and 63 digits."),
    _number("number-65-with-sign", "-" + "9" * 64, "A minus and 64 digits."),
    _number("number-64-with-fraction", "0." + "5" + "0" * 61, "A fraction of 64 characters."),
    _number("number-65-with-fraction", "0." + "5" + "0" * 62, "A fraction of 65 characters."),
    _number("number-64-with-exponent", "1e" + "0" * 61 + "2", "An exponent with zeros, 64 characters."),
    _number("number-65-with-exponent", "1e" + "0" * 62 + "2", "An exponent with zeros, 65 characters."),
    whole("number-65-in-array", '{"id":"a","method":"ping","params":{"x":[1,[' + "7" * 65 + "]]}}", "A long number inside arrays.", _TOKEN),
    whole("number-65-as-ack", '{"id":"a","method":"ping","ack":' + "7" * 65 + "}", "A long number where an ack should be.", _TOKEN),
    accept("batch-1", _batch(1), "A batch of one.", "PROTO-4-14", "PROTO-3-24"),
    accept("batch-64", _batch(64), "A batch of 64.", "PROTO-4-14", "PROTO-3-24"),
    whole("batch-65", text_of(_batch(65)), "A batch of 65.", "PROTO-4-14", "PROTO-3-26"),
    whole("batch-0", "[]", "An empty batch.", "PROTO-4-14", "PROTO-3-26"),
    accept("batch-2-of-2", _batch(2), "A batch at a limit that was set to 2.", "PROTO-4-14", limits={"max_batch": 2}),
    whole("batch-3-of-2", text_of(_batch(3)), "A batch one past a limit that was set to 2.", "PROTO-4-14", limits={"max_batch": 2}),
    whole("batch-65-of-scalars", json.dumps([1] * 65), "A batch too long is one refusal, whatever is in it.", "PROTO-4-14", "PROTO-3-26"),
    accept("brackets-in-string", compact(params={"x": "[" * 40 + '"' + "{" * 40}), "Brackets inside a string are no depth.", _DEPTH),
    accept("many-arrays-side-by-side", compact(params={"x": [[] for _ in range(100)]}), "Arrays side by side are no depth.", _DEPTH),
    accept("digits-in-string", compact(params={"x": "7" * 65}), "Digits in a string are no number token.", _TOKEN),
    whole("members-10001-in-unknown-field", text_of(compact(zzz=[0] * 9998)), "Members count wherever they stand.", _MEMBERS),
    whole("depth-33-in-unknown-field", text_of(compact(zzz=_nested(32))), "Depth counts wherever it is.", _DEPTH),
)
