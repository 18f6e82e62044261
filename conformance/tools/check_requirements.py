#!/usr/bin/env python3
"""Holds requirements.json and the tests against each other.

A test cites with ``[Requirement("PROTO-4-07")]`` in C#, ``# requirement: PROTO-4-07`` in Python and
``// requirement: PROTO-4-07`` in TypeScript, several ids with commas; a vector and a dialogue cite in their JSON.
Ends with 1 and a line for each id that is cited and unknown, or known and cited nowhere; with
``--unknown-only`` for the former only.
"""

from __future__ import annotations

import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDERS = ("tests", "clients", "dashboard")
LEFT_OUT = {"node_modules", "bin", "obj", "dist", ".venv"}
CITING = {
    ".cs": re.compile(r"\bRequirement\(([^)]*)\)"),
    ".py": re.compile(r"#\s*requirement:(.*)"),
    ".ts": re.compile(r"//\s*requirement:(.*)"),
    ".tsx": re.compile(r"//\s*requirement:(.*)"),
}
ID = re.compile(r"[A-Z]+-\d+-\d+")


def _sources() -> Iterator[Path]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in CITING and path.is_file() and not LEFT_OUT & set(path.relative_to(ROOT).parts):
                yield path


def cited() -> dict[str, list[str]]:
    """The places that cite each id."""
    places: dict[str, list[str]] = defaultdict(list)
    for path in _sources():
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for citation in CITING[path.suffix].findall(line):
                for requirement in ID.findall(citation):
                    places[requirement].append(f"{path.relative_to(ROOT)}:{number}")
    for folder in ("vectors/accept", "vectors/reject", "dialogues"):
        for path in sorted((ROOT / "conformance" / folder).glob("*.json")):
            for requirement in json.loads(path.read_text(encoding="utf-8")).get("requirements", []):
                places[requirement].append(str(path.relative_to(ROOT)))
    return places


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--unknown-only"]):
        print("usage: check_requirements.py [--unknown-only]", file=sys.stderr)
        return 2
    rows = json.loads((ROOT / "conformance" / "requirements.json").read_text(encoding="utf-8"))
    known = {row["id"]: row["text"] for row in rows}
    places = cited()
    unknown = sorted(places.keys() - known.keys())
    untested = [requirement for requirement in known if requirement not in places]
    for requirement in unknown:
        print(f"{places[requirement][0]}: {requirement} is no requirement", file=sys.stderr)
    if not arguments:
        for requirement in untested:
            print(f"{requirement} has no test: {known[requirement]}", file=sys.stderr)
    print(f"{len(known)} requirements, {len(known) - len(untested)} cited, {len(unknown)} unknown")
    return 1 if unknown or (untested and not arguments) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
