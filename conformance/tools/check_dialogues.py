#!/usr/bin/env python3
"""Holds every dialogue against dialogues/README.md: shapes of steps, matchers, names bound before use, and the form of each message.

Ends with 1 and a line for each fault.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dialogue_matching import matches
from dialogue_samples import Names, UnknownMatcher, sample
from dialogue_shapes import COMMON, FAULTS, KEYS, SERVER_FIELDS, SHAPES, USER
from reference_reader import judge

ROOT = Path(__file__).resolve().parent.parent


def _server_fault(message: Any) -> str | None:
    """What is wrong with a message of the server, or None."""
    if not isinstance(message, dict):
        return "a message of the server is no object"
    if "message_type" not in message:
        return None if "id" in message and ("result" in message) != ("error" in message) else "a compact answer has id and either result or error"
    if message.get("protocol_version") != "2.0" or message["message_type"] not in SERVER_FIELDS:
        return "no message the server may send"
    prefix, required = SERVER_FIELDS[message["message_type"]]
    if not str(message.get("message_id")).startswith(prefix):
        return f"the id does not begin with {prefix}"
    return None if required <= message.keys() else f"misses {required - message.keys()}"


def _message_faults(step: dict[str, Any], messages: list[Any], names: Names) -> Iterator[str]:
    try:
        samples = [sample(message, names) for message in messages]
    except UnknownMatcher as fault:
        yield str(fault)
        return
    for wanted, value in zip(messages, samples):
        if not matches(wanted, value, names):
            yield "its own sample does not match"
        for element in value if isinstance(value, list) else [value]:
            if step["from"] == "server":
                fault_of_server = _server_fault(element)
                if fault_of_server is not None:
                    yield fault_of_server
            elif not step.get("invalid") and "message" not in judge(element):
                yield f"the client's message is refused: {judge(element)}"
        if step["from"] == "client" and step.get("invalid"):
            elements = value if isinstance(value, list) else [value]
            if all("message" in judge(element) for element in elements):
                yield "said to be invalid, but is not"


def _user_faults(step: dict[str, Any], calls: set[str], names: Names) -> Iterator[str]:
    must, may = USER.get(step["user"], ({"a known user step"}, set()))
    members = step.keys() - {"user"} - COMMON
    if not must <= members <= must | may:
        yield f"user step with {sorted(members)}, must have {sorted(must)}"
    if "as" in step:
        calls.add(step["as"])
    if "of" in step and step["of"] not in calls:
        yield f"of {step['of']}, which nobody began"
    try:
        sample([step.get("value"), step.get("data"), step.get("code")], names)
    except UnknownMatcher as fault:
        yield str(fault)


def _step_faults(step: dict[str, Any], names: Names, calls: set[str]) -> Iterator[str]:
    if "user" in step:
        yield from _user_faults(step, calls, names)
        return
    kinds = [kind for kind in SHAPES if kind in step]
    if len(kinds) != 1:
        yield f"is {kinds or 'no step'}"
        return
    must, may = SHAPES[kinds[0]]
    if not must <= step.keys() <= must | may or step.get("from", "client") not in ("client", "server") or step.get("only", "server") not in ("client", "server"):
        yield f"has members {sorted(step)}"
    if kinds[0] == "repeat":
        for inner in step["steps"]:
            yield from _step_faults(inner, names, calls)
    elif kinds[0] == "fault" and not FAULTS.get(step["fault"], {"a known fault"}) <= step.keys():
        yield f"fault without {FAULTS.get(step['fault'])}"
    elif kinds[0] == "fault" and step["fault"] == "close" and step["from"] == "server" and "code" not in step:
        yield "a Close of the server has a code"
    elif kinds[0] in ("message", "any_order"):
        yield from _message_faults(step, step["any_order"] if kinds[0] == "any_order" else [step["message"]], names)
    elif kinds[0] in ("binary", "frames") and not re.fullmatch("([0-9a-f]{2})+", step[kinds[0]]):
        yield "is no hexadecimal"


def _faults(told: dict[str, Any], openings: dict[str, Any], requirements: set[str]) -> Iterator[str]:
    if not {"description", "requirements", "for", "opening", "steps"} <= told.keys() <= KEYS:
        yield f"has members {sorted(told)}"
        return
    if not told["requirements"] or not set(told["requirements"]) <= requirements:
        yield f"cites {sorted(set(told['requirements']) - requirements) or 'nothing'}"
    if not told["for"] or not set(told["for"]) <= {"server", "client"}:
        yield "is for nobody"
    if "client" in told["for"]:
        if any(key in step for step in told["steps"] for key in ("text", "binary", "frames")) or any(s.get("invalid") for s in told["steps"]):
            yield "a client sends only messages that are valid"
        if (told["opening"] == "resumable") != told.get("options", {}).get("resumable", False):
            yield "opening and options disagree on resumable"
    names, calls = Names(), {"connect"}
    for position, step in enumerate(openings[told["opening"]] + told["steps"], 1 - len(openings[told["opening"]])):
        yield from (f"step {position}: {fault}" for fault in _step_faults(step, names, calls))


def main() -> int:
    folder = ROOT / "dialogues"
    openings = json.loads((folder / "openings.json").read_text(encoding="utf-8"))
    requirements = {row["id"] for row in json.loads((ROOT / "requirements.json").read_text(encoding="utf-8"))}
    count, faults, cited = {"server": 0, "client": 0}, 0, set[str]()
    paths = sorted(path for path in folder.glob("*.json") if path.name != "openings.json")
    if len({path.name[:3] for path in paths}) != len(paths):
        print("a number is used twice", file=sys.stderr)
        faults += 1
    for path in paths:
        told = json.loads(path.read_text(encoding="utf-8"))
        for fault in _faults(told, openings, requirements):
            print(f"{path.name}: {fault}", file=sys.stderr)
            faults += 1
        cited |= set(told["requirements"])
        for side in told["for"]:
            count[side] += 1
    print(f"{len(paths)} dialogues: {count['server']} for the server, {count['client']} for clients, {len(cited)} requirements; {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
