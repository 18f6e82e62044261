"""Batches whose elements differ: every element is judged on its own."""

from __future__ import annotations

from .model import FORMAT, ID, VERSION, Vector, accept, accepted, compact, envelope, mixed, refusal, whole

_EACH, _NEIGHBOURS = "PROTO-3-24", "PROTO-3-25"
_GOOD = (compact(id="good"), accepted("good"))


def _beside(name: str, element: object, told: dict[str, object], description: str, *requirements: str) -> Vector:
    """A bad element between two good ones."""
    first, last = (envelope("request", message_id="req-first"), accepted("req-first")), (compact(id="last"), accepted("last"))
    return mixed(name, [first, (element, told), last], description, _NEIGHBOURS, *requirements)


VECTORS: tuple[Vector, ...] = (
    accept("batch-of-both-dialects", [envelope("request"), compact(), compact(id="b", ack=2)], "Both dialects in one batch.", _EACH),
    accept(
        "batch-of-every-type",
        [envelope(kind) for kind in ("request", "event", "error", "diagnostic", "heartbeat")] + [compact()],
        "Every type a client may send in one batch.",
        _EACH,
    ),
    accept("batch-with-space", [compact(), compact(id="b")], "White space around the elements.", _EACH, text=b' [\n {"id":"a","method":"ping"} ,\t{"id":"b","method":"ping"} ] '),
    _beside("batch-scalar-element", 1, refusal(FORMAT, None), "A number as element.", "PROTO-3-28"),
    _beside("batch-null-element", None, refusal(FORMAT, None), "A null as element.", "PROTO-3-28"),
    _beside("batch-string-element", "ping", refusal(FORMAT, None), "A string as element.", "PROTO-3-28"),
    _beside("batch-array-element", [compact()], refusal(FORMAT, None), "A batch in a batch.", "PROTO-3-28"),
    _beside("batch-empty-array-element", [], refusal(FORMAT, None), "An empty array as element.", "PROTO-3-28"),
    _beside("batch-neither-dialect", {"x": 1}, refusal(FORMAT, None), "An element that is neither dialect.", "PROTO-4-31"),
    _beside("batch-wrong-version", envelope("request", protocol_version="1.0"), refusal(VERSION, "req-1"), "An element of another version.", "PROTO-4-15"),
    _beside("batch-jsonrpc", {"jsonrpc": "2.0", "id": "r", "method": "ping"}, refusal(VERSION, "r", form="compact"), "An element of JSON-RPC.", "PROTO-4-16"),
    _beside("batch-bad-envelope-id", envelope("event", message_id="evt-"), refusal(ID, "evt-"), "An element with a malformed id.", "PROTO-4-17"),
    _beside("batch-bad-compact-id", compact(id="-"), refusal(ID, "-", form="compact"), "A compact element with a malformed id.", "PROTO-4-19"),
    _beside("batch-response", envelope("response"), refusal(FORMAT, "resp-1", field="message_type"), "An element of a type the client may not send.", "PROTO-4-23"),
    _beside("batch-missing-method", compact(method=...), refusal(FORMAT, "a", field="method", form="compact"), "A compact element without method.", "PROTO-4-24"),
    _beside("batch-unknown-field", envelope("heartbeat", zzz=1), refusal(FORMAT, "hb-1", field="zzz"), "An element with an unknown field.", "PROTO-4-26"),
    _beside("batch-bad-ack", compact(ack=-1), refusal(FORMAT, "a", field="ack", form="compact"), "An element with a bad ack.", "PROTO-3-10"),
    _beside("batch-long-method", envelope("request", method="x" * 129), refusal(FORMAT, "req-1", field="method"), "An element with a method too long.", "PROTO-4-28"),
    mixed("batch-one-bad", [(5, refusal(FORMAT, None))], "A batch of one bad element is no refusal of the whole.", _NEIGHBOURS),
    mixed(
        "batch-bad-first-and-last",
        [(True, refusal(FORMAT, None)), _GOOD, (compact(id=7), refusal(ID, None, form="compact"))],
        "Bad elements at both ends.",
        _NEIGHBOURS,
    ),
    mixed(
        "batch-all-bad-in-their-ways",
        [
            (envelope("request", protocol_version=2), refusal(VERSION, "req-1")),
            (compact(id=...), refusal(ID, None, form="compact")),
            (envelope("diagnostic", level=...), refusal(FORMAT, "diag-1", field="level")),
            (compact(id="z", seq=3), refusal(FORMAT, "z", field="seq", form="compact")),
        ],
        "Every element is answered with its own fault, in its own dialect.",
        _NEIGHBOURS,
        "PROTO-3-20",
    ),
    mixed("batch-64-scalars", [(n, refusal(FORMAT, None)) for n in range(64)], "64 bad elements get 64 answers.", _NEIGHBOURS, "PROTO-4-14"),
    whole("batch-broken-element", '[{"id":"a","method":"ping"},{"id":"b","method":}]', "A fault of syntax in one element refuses the whole.", "PROTO-3-26", "PROTO-4-04"),
)
