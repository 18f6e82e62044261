"""ack and context: section 3."""

from __future__ import annotations

from .model import FORMAT, Vector, accept, compact, envelope, refuse

_ACK, _KNOWN, _FREE, _DEADLINE, _KEY = "PROTO-3-10", "PROTO-3-13", "PROTO-3-12", "PROTO-3-14", "PROTO-3-16"
_PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"


def _ack(name: str, token: str, description: str) -> Vector:
    text = '{"protocol_version":"2.0","message_type":"request","message_id":"req-1","method":"ping","ack":' + token + "}"
    return refuse(name, None, FORMAT, "req-1", description, _ACK, field="ack", text=text.encode("ascii"))


def _seq(name: str, token: str, description: str) -> Vector:
    text = '{"protocol_version":"2.0","message_type":"event","message_id":"evt-1","event_type":"ack","data":{"seq":' + token + "}}"
    return refuse(name, None, FORMAT, "evt-1", description, "PROTO-6-03", _ACK, field="data.seq", text=text.encode("ascii"))


def _bad(name: str, key: str, value: object, description: str, requirement: str) -> Vector:
    return refuse(name, envelope("request", context={key: value}), FORMAT, "req-1", description, requirement, field=f"context.{key}")


def _good(name: str, value: dict[str, object], description: str, requirement: str) -> Vector:
    return accept(name, envelope("request", context=value), description, requirement)


VECTORS: tuple[Vector, ...] = (
    accept("ack-0", envelope("request", ack=0), "The least ack.", _ACK),
    accept("ack-largest", envelope("request", ack=2**53 - 1), "The largest ack, 2^53 - 1.", _ACK),
    _ack("ack-too-large", "9007199254740992", "2^53."),
    _ack("ack-far-too-large", "18446744073709551616", "2^64."),
    _ack("ack-negative", "-1", "A negative ack."),
    _ack("ack-fraction", "1.5", "An ack with a fraction."),
    _ack("ack-zero-fraction", "1.0", "An ack with a fraction of zero is no integer literal."),
    _ack("ack-exponent", "1e2", "An ack with an exponent is no integer literal."),
    _ack("ack-string", '"1"', "An ack as a string."),
    _ack("ack-null", "null", "A null as ack."),
    _ack("ack-true", "true", "A boolean as ack."),
    _ack("ack-array", "[1]", "An array as ack."),
    refuse("ack-negative-on-event", envelope("event", ack=-1), FORMAT, "evt-1", "The rule holds on every type: event.", _ACK, field="ack"),
    refuse("ack-string-on-error", envelope("error", ack="1"), FORMAT, "err-1", "The rule holds on every type: error.", _ACK, field="ack"),
    refuse("ack-null-on-diagnostic", envelope("diagnostic", ack=None), FORMAT, "diag-1", "The rule holds on every type: diagnostic.", _ACK, field="ack"),
    refuse("ack-too-large-on-heartbeat", envelope("heartbeat", ack=2**53), FORMAT, "hb-1", "The rule holds on every type: heartbeat.", _ACK, field="ack"),
    refuse("ack-negative-on-compact", compact(ack=-1), FORMAT, "a", "The rule holds on compact requests.", _ACK, "PROTO-3-21", field="ack", form="compact"),
    accept("compact-ack-largest", compact(ack=2**53 - 1), "The largest ack on a compact request.", _ACK, "PROTO-3-21"),
    accept("event-ack-0", envelope("event", event_type="ack", data={"seq": 0}), "The least ack alone.", "PROTO-6-03"),
    accept("event-ack-largest", envelope("event", event_type="ack", data={"seq": 2**53 - 1}), "The largest ack alone.", "PROTO-6-03"),
    _seq("event-ack-too-large", "9007199254740992", "An ack alone of 2^53."),
    _seq("event-ack-negative", "-1", "An ack alone that is negative."),
    _seq("event-ack-fraction", "1.0", "An ack alone with a fraction."),
    _seq("event-ack-string", '"1"', "An ack alone as a string."),
    _seq("event-ack-null", "null", "An ack alone that is null."),
    refuse("event-ack-without-seq", envelope("event", event_type="ack", data={}), FORMAT, "evt-1", "An ack alone without its seq.", "PROTO-6-03", field="data.seq"),
    refuse("event-ack-without-data", envelope("event", event_type="ack"), FORMAT, "evt-1", "An ack alone without data.", "PROTO-6-03"),
    accept("event-other-with-any-seq", envelope("event", event_type="note", data={"seq": "x"}), "data.seq means something in an ack only.", "PROTO-3-04"),
    _good("context-empty", {}, "An empty context.", _FREE),
    _good("context-unknown-keys", {"tenant": {"x": [1]}, "": None, "Deadline_ms": "soon"}, "Unknown keys are kept and ignored, names in another case too.", _FREE),
    _good("traceparent", {"traceparent": _PARENT}, "A W3C traceparent.", "PROTO-3-31"),
    _good("traceparent-malformed", {"traceparent": "x"}, "A traceparent that cannot be read restarts the trace and refuses nothing (W3C Trace Context 3.3).", "PROTO-3-31"),
    _bad("traceparent-number", "traceparent", 0, "A number as traceparent.", _KNOWN),
    _bad("traceparent-null", "traceparent", None, "A null as traceparent.", _KNOWN),
    _good("deadline-1", {"deadline_ms": 1}, "The shortest deadline.", _DEADLINE),
    _good("deadline-300000", {"deadline_ms": 300000}, "The longest deadline.", _DEADLINE),
    _bad("deadline-0", "deadline_ms", 0, "A deadline of 0.", _DEADLINE),
    _bad("deadline-300001", "deadline_ms", 300001, "A deadline one too long.", _DEADLINE),
    _bad("deadline-negative", "deadline_ms", -1, "A negative deadline.", _DEADLINE),
    _bad("deadline-fraction", "deadline_ms", 1.5, "A deadline with a fraction.", _DEADLINE),
    _bad("deadline-huge", "deadline_ms", 2**64, "A deadline that no machine word holds.", _DEADLINE),
    _bad("deadline-string", "deadline_ms", "1000", "A deadline as a string.", _KNOWN),
    _bad("deadline-null", "deadline_ms", None, "A null as deadline.", _KNOWN),
    _good("idempotency-key-1", {"idempotency_key": "k"}, "The shortest idempotency key.", _KEY),
    _good("idempotency-key-128", {"idempotency_key": "k" * 128}, "The longest idempotency key.", _KEY),
    _good("idempotency-key-128-units", {"idempotency_key": "\U0001f600" * 64}, "An idempotency key of 128 UTF-16 units.", _KEY),
    _bad("idempotency-key-0", "idempotency_key", "", "An empty idempotency key.", _KEY),
    _bad("idempotency-key-129", "idempotency_key", "k" * 129, "An idempotency key of 129 characters.", _KEY),
    _bad("idempotency-key-130-units", "idempotency_key", "\U0001f600" * 65, "An idempotency key of 65 characters that are 130 UTF-16 units.", _KEY),
    _bad("idempotency-key-number", "idempotency_key", 7, "A number as idempotency key.", _KNOWN),
    _bad("idempotency-key-null", "idempotency_key", None, "A null as idempotency key.", _KNOWN),
    refuse("compact-deadline-0", compact(context={"deadline_ms": 0}), FORMAT, "a", "The rules of context hold on compact requests.", _DEADLINE, "PROTO-3-21", field="context.deadline_ms", form="compact"),
    refuse("ack-before-unknown-field", envelope("request", zzz=1, ack=-1), FORMAT, "req-1", "The ack is judged before unknown fields.", "PROTO-4-32", field="ack"),
    refuse("context-before-unknown-field", envelope("request", zzz=1, context={"deadline_ms": 0}), FORMAT, "req-1", "The context is judged before unknown fields.", "PROTO-4-32", field="context.deadline_ms"),
)
