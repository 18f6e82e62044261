"""The matchers and samples of conformance/dialogues/README.md."""

from __future__ import annotations

import re
from typing import Any

_ID = re.compile(r"(req|resp|evt|err|diag|hb)-[A-Za-z0-9][A-Za-z0-9._:-]{0,59}")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")
_PREFIX = {"request": "req", "response": "resp", "event": "evt", "error": "err", "diagnostic": "diag", "heartbeat": "hb"}
_MISSING = object()


class Mismatch(AssertionError):
    """What came is not what the dialogue says."""


class Names:
    """What the dialogue has bound, and the ids it makes."""

    def __init__(self) -> None:
        self.bound: dict[str, Any] = {}
        self._made = 0

    # --- matching ------------------------------------------------------------------------------------------------------

    def match(self, wanted: Any, got: Any, where: str = "") -> None:
        """Raises Mismatch; binds names only when all matches."""
        before = dict(self.bound)
        try:
            self._match(wanted, got, where)
        except Mismatch:
            self.bound = before
            raise

    def matches(self, wanted: Any, got: Any) -> bool:
        try:
            self.match(wanted, got)
        except Mismatch:
            return False
        return True

    def _match(self, wanted: Any, got: Any, where: str) -> None:
        if isinstance(wanted, str) and wanted.startswith("$") and not wanted.startswith("$$"):
            self._named(wanted, got, where)
        elif isinstance(wanted, dict):
            special = _special(wanted)
            if special is not None:
                self._special(special, wanted[special], got, where)
                return
            _need(isinstance(got, dict), where, "an object", got)
            for name, value in wanted.items():
                self._match(value, got.get(name, _MISSING), f"{where}.{name}")
        elif isinstance(wanted, list):
            _need(isinstance(got, list) and len(got) == len(wanted), where, f"{len(wanted)} elements", got)
            for index, value in enumerate(wanted):
                self._match(value, got[index], f"{where}[{index}]")
        else:
            literal = wanted[1:] if isinstance(wanted, str) and wanted.startswith("$$") else wanted
            same = got == literal and isinstance(got, bool) == isinstance(literal, bool)
            _need(same, where, repr(literal), got)

    def _named(self, wanted: str, got: Any, where: str) -> None:
        kind, _, name = wanted.partition(":")
        if kind == "$absent":
            _need(got is _MISSING, where, "nothing", got)
            return
        _need(got is not _MISSING, where, wanted, "nothing")
        match kind:
            case "$any":
                return
            case "$string":
                _need(isinstance(got, str) and got != "", where, wanted, got)
            case "$number":
                _need(isinstance(got, (int, float)) and not isinstance(got, bool), where, wanted, got)
            case "$integer":
                _need(isinstance(got, int) and not isinstance(got, bool), where, wanted, got)
            case "$boolean":
                _need(isinstance(got, bool), where, wanted, got)
            case "$object":
                _need(isinstance(got, dict), where, wanted, got)
            case "$array":
                _need(isinstance(got, list), where, wanted, got)
            case "$time":
                _need(isinstance(got, str) and _TIME.fullmatch(got) is not None, where, wanted, got)
            case "$id":
                _need(isinstance(got, str) and _ID.fullmatch(got) is not None, where, wanted, got)
                self.bound[name] = got
            case "$bind":
                _need(isinstance(got, (str, int)) and not isinstance(got, bool), where, wanted, got)
                self.bound[name] = got
            case "$same":
                _need(got == self.bound[name], where, repr(self.bound[name]), got)
            case "$other":
                _need(isinstance(got, str) and got != self.bound[name], where, wanted, got)
            case _:
                raise AssertionError(f"unknown matcher {wanted}")

    def _special(self, kind: str, told: Any, got: Any, where: str) -> None:
        match kind:
            case "$integer":
                fits = isinstance(got, int) and not isinstance(got, bool) and told[0] <= got <= told[1]
                _need(fits, where, f"an integer in {told}", got)
            case "$one_of":
                _need(any(self.matches(one, got) for one in told), where, f"one of {told}", got)
            case "$contains":
                fits = isinstance(got, list) and any(self.matches(told, element) for element in got)
                _need(fits, where, f"an array with {told}", got)
            case "$repeat":
                _need(got == told[0] * told[1], where, f"{told[0]!r} {told[1]} times", got)

    # --- samples -------------------------------------------------------------------------------------------------------

    def sample(self, wanted: Any, message_type: str = "request") -> Any:
        """What is sent in the matcher's place."""
        if isinstance(wanted, dict):
            special = _special(wanted)
            if special is not None:
                told = wanted[special]
                match special:
                    case "$integer":
                        return told[0]
                    case "$one_of":
                        return self.sample(told[0], message_type)
                    case "$contains":
                        return [self.sample(told, message_type)]
                    case _:
                        return told[0] * told[1]
            inner = wanted.get("message_type", message_type)
            return {name: self.sample(value, inner) for name, value in wanted.items() if value != "$absent"}
        if isinstance(wanted, list):
            return [self.sample(value, message_type) for value in wanted]
        if not isinstance(wanted, str) or not wanted.startswith("$"):
            return wanted
        if wanted.startswith("$$"):
            return wanted[1:]
        return self._sample_named(wanted, message_type)

    def _sample_named(self, wanted: str, message_type: str) -> Any:
        kind, _, name = wanted.partition(":")
        plain = {"$any": None, "$string": "string", "$number": 1, "$integer": 1, "$boolean": True, "$object": {}, "$array": []}
        if kind in plain:
            return plain[kind]
        match kind:
            case "$time":
                return "2024-02-17T23:10:15Z"
            case "$id":
                self._made += 1
                made = f"{_PREFIX[message_type]}-made{self._made}"
                self.bound[name] = made
                return made
            case "$bind":
                self.bound[name] = f"{name}-1"
                return self.bound[name]
            case "$same":
                return self.bound[name]
            case "$other":
                return f"{self.bound[name]}x"
            case _:
                raise AssertionError(f"unknown matcher {wanted}")


def _special(wanted: dict[str, Any]) -> str | None:
    name = next(iter(wanted), "")
    return name if len(wanted) == 1 and name in ("$integer", "$one_of", "$contains", "$repeat") else None


def _need(holds: bool, where: str, wanted: str, got: Any) -> None:
    if not holds:
        shown = "nothing" if got is _MISSING else repr(got)
        raise Mismatch(f"at {where or 'the top'}: wanted {wanted}, got {shown[:300]}")
