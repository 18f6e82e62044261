"""Whether a value is what a dialogue awaits, by the table in dialogues/README.md. For runners in Python."""

from __future__ import annotations

import re
from typing import Any

from dialogue_samples import PREFIXES, Names, UnknownMatcher

_TYPES: dict[str, tuple[type, ...]] = {
    "$string": (str,),
    "$number": (int, float),
    "$integer": (int,),
    "$boolean": (bool,),
    "$object": (dict,),
    "$array": (list,),
}
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_ABSENT = object()


def matches(wanted: Any, found: Any, names: Names) -> bool:
    """True when `found` matches; only then are the names in `wanted` bound."""
    before = dict(names.bound)
    if _matches(wanted, found, names, ""):
        return True
    names.bound = before
    return False


def _matches(wanted: Any, found: Any, names: Names, prefix: str) -> bool:
    if wanted == "$absent":
        return found is _ABSENT
    if found is _ABSENT:
        return False
    if isinstance(wanted, str):
        return _text(wanted, found, names, prefix)
    if isinstance(wanted, list):
        return isinstance(found, list) and len(found) == len(wanted) and all(_matches(w, f, names, "") for w, f in zip(wanted, found))
    if not isinstance(wanted, dict):
        return _same(wanted, found)
    if len(wanted) == 1 and next(iter(wanted)).startswith("$"):
        return _composed(wanted, found, names)
    prefix = PREFIXES.get(str(wanted.get("message_type")), "")
    return isinstance(found, dict) and all(_matches(w, found.get(name, _ABSENT), names, prefix) for name, w in wanted.items())


def _same(wanted: Any, found: Any) -> bool:
    return isinstance(wanted, bool) == isinstance(found, bool) and bool(wanted == found)


def _text(wanted: str, found: Any, names: Names, prefix: str) -> bool:
    if not wanted.startswith("$") or wanted.startswith("$$"):
        return bool(found == wanted.removeprefix("$"))
    kind, _, name = wanted.partition(":")
    if kind == "$any":
        return True
    if kind == "$same":
        return _same(names.of(name), found)
    if kind == "$other":
        return isinstance(found, str) and found != names.of(name)
    if kind in ("$id", "$bind"):
        wellformed = isinstance(found, str) and re.fullmatch(re.escape(prefix) + r"[A-Za-z0-9][A-Za-z0-9._:-]*", found)
        if not (wellformed if kind == "$id" else isinstance(found, (str, int)) and not isinstance(found, bool)):
            return False
        if name:
            names.bound[name] = found
        return True
    if kind == "$time":
        return isinstance(found, str) and _TIME.fullmatch(found) is not None
    if wanted not in _TYPES:
        raise UnknownMatcher(f"no matcher {wanted!r}")
    return isinstance(found, _TYPES[kind]) and isinstance(found, bool) == (kind == "$boolean") and found != ""


def _composed(wanted: dict[str, Any], found: Any, names: Names) -> bool:
    name, argument = next(iter(wanted.items()))
    if name == "$integer":
        return isinstance(found, int) and not isinstance(found, bool) and argument[0] <= found <= argument[1]
    if name == "$one_of":
        return any(matches(choice, found, names) for choice in argument)
    if name == "$contains":
        return isinstance(found, list) and any(matches(argument, element, names) for element in found)
    if name == "$repeat":
        return bool(found == str(argument[0]) * int(argument[1]))
    raise UnknownMatcher(f"no matcher {name!r}")
