#!/usr/bin/env python3
"""Judges texts by the second reading of the contract: one base64 line in, one JSON line out."""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[3] / "conformance" / "tools"))

from reference_reader import judge  # noqa: E402
from strict_json import Refused, read  # noqa: E402

HUGE = 10**400


def writable(value: object) -> object:
    """JSON has no infinity: a number beyond a double is written as an integer that is beyond it too."""
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return HUGE if value > 0 else -HUGE
    if isinstance(value, list):
        return [writable(element) for element in value]
    if isinstance(value, dict):
        return {name: writable(member) for name, member in value.items()}
    return value


for line in sys.stdin:
    try:
        value = read(base64.b64decode(line), 64)
    except Refused as refused:
        print(json.dumps({"whole": str(refused)}))
        continue
    elements = value if isinstance(value, list) else [value]
    print(json.dumps({"elements": writable([judge(element) for element in elements])}))
