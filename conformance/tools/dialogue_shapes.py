"""What the files and steps of dialogues have, by dialogues/README.md."""

from __future__ import annotations

KEYS = {"description", "requirements", "for", "opening", "settings", "options", "steps"}
SERVER_FIELDS = {
    "response": ("resp-", {"request_id", "result"}),
    "event": ("evt-", {"event_type"}),
    "error": ("err-", {"error_code", "error_message"}),
    "diagnostic": ("diag-", {"level", "component", "message"}),
    "heartbeat": ("hb-", {"client_id", "uptime"}),
}
COMMON = {"on", "only"}
PEER = COMMON | {"from", "optional"}
SHAPES: dict[str, tuple[set[str], set[str]]] = {
    # the member that tells the step: what must be there, what may be there
    "connect": ({"connect"}, COMMON | {"status", "body"}),
    "message": ({"from", "message"}, PEER | {"invalid"}),
    "any_order": ({"from", "any_order"}, PEER),
    "text": ({"from", "text"}, PEER),
    "binary": ({"from", "binary"}, PEER),
    "frames": ({"from", "frames"}, PEER),
    "fault": ({"fault"}, COMMON | {"ms", "from", "code", "reason", "optional"}),
    "repeat": ({"repeat", "steps"}, COMMON),
}
USER: dict[str, tuple[set[str], set[str]]] = {
    "connect": (set(), set()),
    "request": ({"as", "method", "params"}, set()),
    "call": ({"as", "name", "arguments"}, {"stream", "timeout_ms"}),
    "cancel": ({"of"}, set()),
    "subscribe": ({"as", "event_types"}, set()),
    "close": (set(), set()),
    "result": (set(), {"of", "value"}),
    "error": ({"code"}, {"of"}),
    "chunk": ({"of", "value"}, set()),
    "progress": ({"of", "value"}, set()),
    "event": ({"event_type", "data"}, set()),
    "diagnostic": ({"value"}, set()),
    "state": ({"is"}, {"attempts"}),
    "report": ({"value"}, set()),
}
FAULTS: dict[str, set[str]] = {"cut": set(), "fin": set(), "delay": {"ms"}, "close": {"from"}}
