"""What a runner sends in the place of a matcher, by the table in dialogues/README.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

SIMPLE: Mapping[str, Any] = {
    "$any": None,
    "$string": "string",
    "$number": 1,
    "$integer": 1,
    "$boolean": True,
    "$object": {},
    "$array": [],
    "$time": "2024-02-17T23:10:15Z",
}
PREFIXES = {"request": "req-", "response": "resp-", "event": "evt-", "error": "err-", "diagnostic": "diag-", "heartbeat": "hb-"}
_LEFT_OUT = object()


class UnknownMatcher(Exception):
    """A matcher that the table does not have, or a name that is not bound yet."""


class Names:
    """The values that are bound so far, and the ids given out."""

    def __init__(self) -> None:
        self.bound: dict[str, Any] = {}
        self._count = 0

    def fresh(self, prefix: str) -> str:
        self._count += 1
        return f"{prefix}{self._count}"

    def of(self, name: str) -> Any:
        if name not in self.bound:
            raise UnknownMatcher(f"{name} is not bound")
        return self.bound[name]


def sample(value: Any, names: Names, prefix: str = "c") -> Any:
    """The value with every matcher replaced; binds the names it meets."""
    if isinstance(value, str):
        return _text(value, names, prefix)
    if isinstance(value, list):
        return [sample(element, names) for element in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1 and next(iter(value)).startswith("$"):
        return _composed(value, names)
    prefix = PREFIXES.get(str(value.get("message_type")), "c")
    members = {name: sample(member, names, prefix) for name, member in value.items()}
    return {name: member for name, member in members.items() if member is not _LEFT_OUT}


def _text(value: str, names: Names, prefix: str) -> Any:
    if not value.startswith("$"):
        return value
    if value.startswith("$$"):
        return value[1:]
    kind, _, name = value.partition(":")
    if kind == "$absent":
        return _LEFT_OUT
    if value in SIMPLE:
        return SIMPLE[value]
    if kind == "$id":
        given = names.fresh(prefix)
        if name:
            names.bound[name] = given
        return given
    if kind == "$bind" and name:
        names.bound[name] = f"{name}-1"
        return names.bound[name]
    if kind in ("$same", "$other") and name:
        return names.of(name) if kind == "$same" else f"{names.of(name)}x"
    raise UnknownMatcher(f"no matcher {value!r}")


def _composed(value: dict[str, Any], names: Names) -> Any:
    name, argument = next(iter(value.items()))
    if name == "$integer" and len(argument) == 2:
        return argument[0]
    if name == "$one_of" and argument:
        return sample(argument[0], names)
    if name == "$contains":
        return [sample(argument, names)]
    if name == "$repeat" and len(argument) == 2:
        return str(argument[0]) * int(argument[1])
    raise UnknownMatcher(f"no matcher {name!r}")
