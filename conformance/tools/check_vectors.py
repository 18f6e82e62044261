#!/usr/bin/env python3
"""Holds the vectors against a second reading of the contract, and the requirements against their own rules.

Reads the files only; knows nothing of how they were written. Ends with 1 and a line for each fault.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reference_reader import judge
from strict_json import Refused, read

ROOT = Path(__file__).resolve().parent.parent
LIMITS = {"max_batch": 64}
AREAS = {"protocol", "transport", "sessions", "guard", "http", "diagnostics", "tools", "audio", "workflow", "models", "clients", "cli"}

# The rule of the whole text that a refusal must break, by the requirements it cites.
BROKEN = {
    "PROTO-4-04": ("syntax", "rest"),
    "PROTO-4-05": ("duplicate",),
    "PROTO-4-06": ("depth",),
    "PROTO-4-07": ("members",),
    "PROTO-4-08": ("number",),
    "PROTO-4-09": ("surrogate",),
    "PROTO-4-10": ("bom", "rest"),
    "PROTO-4-11": ("rest",),
    "PROTO-4-12": ("empty",),
    "PROTO-4-13": ("scalar",),
    "PROTO-4-14": ("batch",),
}


def _same(left: object, right: object) -> bool:
    """Equal as JSON: 1, 1.0 and true differ, the order of members does not matter."""
    return json.dumps(left, sort_keys=True) == json.dumps(right, sort_keys=True)


def _element_faults(position: int, told: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
    if told.get("accepted"):
        if found.get("message", {}).get("id") != told["id"]:
            yield f"element {position} should be accepted as {told['id']}, found {found}"
    elif "message" in found:
        yield f"element {position} should be refused"
    else:
        for key in sorted(told.keys() | found.keys()):
            if not (key == "field" and key not in told) and not _same(told.get(key), found.get(key)):
                yield f"element {position}: {key} should be {told.get(key)!r}, found {found.get(key)!r}"


def vector_faults(data: bytes, told: dict[str, Any]) -> Iterator[str]:
    """What is wrong with the expectation of one vector."""
    limits = LIMITS | told.get("limits", {})
    try:
        value = read(data, limits["max_batch"])
    except Refused as refused:
        rule = re.split(r"\W", str(refused))[0]
        if told.get("whole") != {"error_code": "INVALID_MESSAGE_FORMAT"}:
            yield f"is refused as a whole: {refused}"
        elif not any(rule in BROKEN.get(requirement, ()) for requirement in told["requirements"]):
            yield f"cites no requirement that is broken by: {refused}"
        return
    if "whole" in told:
        yield "is not refused as a whole"
        return
    found = [judge(element) for element in (value if isinstance(value, list) else [value])]
    if "messages" in told:
        if told["batch"] != isinstance(value, list):
            yield "batch is told wrongly"
        if not _same(told["messages"], [element.get("message") for element in found]):
            yield f"messages differ, found {found}"
        return
    if len(told["elements"]) != len(found):
        yield f"should have {len(told['elements'])} elements, found {len(found)}"
    for position, (wanted, got) in enumerate(zip(told["elements"], found)):
        yield from _element_faults(position, wanted, got)


def _folder_faults(requirements: set[str], cited: set[str]) -> Iterator[str]:
    numbers: dict[str, str] = {}
    for side, keys in (("accept", ({"messages"},)), ("reject", ({"whole"}, {"elements"}))):
        names = {path.stem for path in (ROOT / "vectors" / side).iterdir()}
        for name in sorted(names):
            path = ROOT / "vectors" / side / name
            if not path.with_suffix(".msg").exists() or not path.with_suffix(".json").exists():
                yield f"{side}/{name}: one file of the pair is missing"
                continue
            if not re.fullmatch(r"\d{3}-[a-z0-9-]+", name) or numbers.setdefault(name[:3], name) != name:
                yield f"{side}/{name}: the name is malformed or its number used twice"
            told = json.loads(path.with_suffix(".json").read_text(encoding="ascii"))
            if told.keys() & {"messages", "whole", "elements"} not in keys:
                yield f"{side}/{name}: belongs to the other side"
            if not told["requirements"] or not set(told["requirements"]) <= requirements:
                yield f"{side}/{name}: cites an unknown requirement, or none"
            cited |= set(told["requirements"])
            yield from (f"{side}/{name}: {fault}" for fault in vector_faults(path.with_suffix(".msg").read_bytes(), told))


def _requirement_faults(rows: list[dict[str, str]]) -> Iterator[str]:
    seen: set[str] = set()
    texts: set[str] = set()
    for row in rows:
        if row.keys() != {"id", "section", "text", "area"} or row["area"] not in AREAS:
            yield f"{row}: a field is missing, unknown, or the area is none"
        elif not re.fullmatch(rf"PROTO-{row['section']}-\d\d", row["id"]) or not row["text"].endswith("."):
            yield f"{row['id']}: the id is not of its section, or the text no sentence"
        if row["id"] in seen or row["text"] in texts:
            yield f"{row['id']}: twice"
        seen.add(row["id"])
        texts.add(row["text"])


def main() -> int:
    rows = json.loads((ROOT / "requirements.json").read_text(encoding="utf-8"))
    cited: set[str] = set()
    faults = [*_requirement_faults(rows), *_folder_faults({row["id"] for row in rows}, cited)]
    for fault in faults:
        print(fault, file=sys.stderr)
    sides = {side: len(list((ROOT / "vectors" / side).glob("*.msg"))) for side in ("accept", "reject")}
    print(f"{len(rows)} requirements, {len(cited)} cited by vectors; {sides['accept']} accepted, {sides['reject']} rejected; {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
