"""JSON as section 4 of the protocol wants it, on top of Python's own parser."""

from __future__ import annotations

import json
import re
from typing import Any

MAX_DEPTH = 32
MAX_MEMBERS = 10_000
MAX_NUMBER = 64

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"?', re.DOTALL)


class Refused(Exception):
    """The text as a whole is refused; the message says which rule it breaks, first word first."""


def _depth(text: str) -> int:
    """The deepest nesting of brackets outside strings; Python's parser would end in a RecursionError."""
    depth = deepest = 0
    for character in _STRING.sub("", text):
        if character in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in "]}":
            depth -= 1
    return deepest


class _Reader:
    def __init__(self) -> None:
        self.members = 0

    def object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        self.members += len(pairs)
        value: dict[str, Any] = {}
        for name, member in pairs:
            if name in value:
                raise Refused(f"duplicate name {name!r}")
            value[name] = member
        return value

    def integer(self, token: str) -> int | float:
        # An int would lose the sign, and with it that the literal is none of the integers from 0 on.
        return -0.0 if token == "-0" else int(_token(token))

    def real(self, token: str) -> float:
        return float(_token(token))


def _token(token: str) -> str:
    if len(token) > MAX_NUMBER:
        raise Refused(f"number token of {len(token)} characters")
    return token


def _constant(name: str) -> None:
    raise Refused(f"syntax: {name}")


def _walk(value: object) -> int:
    """Counts the elements of arrays and looks for lone surrogates."""
    if isinstance(value, str):
        if any("\ud800" <= character <= "\udfff" for character in value):
            raise Refused("surrogate that stands alone")
        return 0
    if isinstance(value, list):
        return len(value) + sum(_walk(element) for element in value)
    if isinstance(value, dict):
        return sum(_walk(name) + _walk(member) for name, member in value.items())
    return 0


def read(data: bytes, max_batch: int) -> dict[str, Any] | list[Any]:
    """The object or array of a text, or Refused."""
    text = data.decode("utf-8")
    if not text.strip(" \t\r\n"):
        raise Refused("empty text")
    if text.lstrip(" \t\r\n").startswith("\ufeff"):
        raise Refused("bom")
    if _depth(text) > MAX_DEPTH:
        raise Refused(f"depth {_depth(text)}")
    reader = _Reader()
    try:
        value = json.loads(text, object_pairs_hook=reader.object, parse_int=reader.integer, parse_float=reader.real, parse_constant=_constant)
    except json.JSONDecodeError as fault:
        if fault.msg == "Extra data":
            raise Refused("rest: more after the document") from fault
        raise Refused(f"syntax: {fault}") from fault
    if not isinstance(value, (dict, list)):
        raise Refused("scalar")
    elements = _walk(value)
    if reader.members + elements > MAX_MEMBERS:
        raise Refused(f"members: {reader.members + elements}")
    if isinstance(value, list) and not 1 <= len(value) <= max_batch:
        raise Refused(f"batch of {len(value)}")
    return value
