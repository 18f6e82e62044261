#!/usr/bin/env python3
"""Writes conformance/vectors from the modules in vectors_by_rule.

Numbers are stable: every group has its own hundred, and a new vector goes to the end of its group.
"""

from __future__ import annotations

import json
from pathlib import Path

from vectors_by_rule import batches, context, fields, forms, ids, lengths, sizes, syntax, versions
from vectors_by_rule.model import Vector

GROUPS: tuple[tuple[int, tuple[Vector, ...]], ...] = (
    (1, forms.VECTORS),
    (101, syntax.VECTORS),
    (201, sizes.VECTORS),
    (301, versions.VECTORS),
    (401, ids.VECTORS),
    (501, fields.VECTORS),
    (601, context.VECTORS),
    (701, lengths.VECTORS),
    (801, batches.VECTORS),
)


def write(folder: Path, number: int, vector: Vector) -> None:
    path = folder / ("accept" if vector.accepted else "reject") / f"{number:03}-{vector.name}"
    path.with_suffix(".msg").write_bytes(vector.text)
    told = {"description": vector.description, "requirements": list(vector.requirements)} | dict(vector.expected)
    if len(vector.text) > 4096:
        written = json.dumps(told, separators=(",", ":"))
    else:
        written = json.dumps(told, indent=2)
    path.with_suffix(".json").write_text(written + "\n", encoding="ascii")


def main() -> None:
    folder = Path(__file__).resolve().parent.parent / "vectors"
    for side in ("accept", "reject"):
        (folder / side).mkdir(parents=True, exist_ok=True)
        for old in (folder / side).iterdir():
            old.unlink()
    for first, vectors in GROUPS:
        if len(vectors) > 100:
            raise ValueError(f"the group that begins at {first} has more than 100 vectors")
        for offset, vector in enumerate(vectors):
            write(folder, first + offset, vector)


if __name__ == "__main__":
    main()
