"""Messages in every form a client may send: sections 3 and 4."""

from __future__ import annotations

from .model import FORMAT, Vector, accept, compact, envelope, refuse

_ESCAPED_NAMES = (
    rb'{"protoco\u006c_version":"2\u002e0","message_type":"requ\u0065st","\u006dessage_id":"req\u002d1","meth\u006fd":"p\u0069ng"}'
)
_WHITE_SPACE = b' \t\r\n{ "protocol_version"\t:"2.0" ,\r\n"message_type":\n"request","message_id":"req-1","method":"ping"\t} \r\n\t '
_LITERALS = b'{"id":"a","method":"ping","params":{"t":true,"f":false,"n":null,"e":"","o":{},"l":[]}}'

VECTORS: tuple[Vector, ...] = (
    accept("request", envelope("request"), "The least request.", "PROTO-3-01", "PROTO-3-03"),
    accept("request-params", envelope("request", params={"name": "debug/echo", "arguments": {"x": [1, "two", None, True]}}), "A request with params.", "PROTO-3-03"),
    accept("request-empty-params", envelope("request", params={}), "Params may be empty.", "PROTO-3-03"),
    accept(
        "request-every-field",
        envelope("request", params={"x": 1}, context={"deadline_ms": 5000, "idempotency_key": "order-7"}, ack=3),
        "A request with every field it may have.",
        "PROTO-3-03",
        "PROTO-3-10",
    ),
    accept("request-unknown-method", envelope("request", method="no/such"), "Whether a method exists is no matter of form.", "PROTO-4-34"),
    accept("event", envelope("event"), "The least event.", "PROTO-3-04"),
    accept("event-every-field", envelope("event", data={"x": {"y": 1}}, source="player", ack=0), "An event with every field.", "PROTO-3-04", "PROTO-3-10"),
    accept("event-ack", envelope("event", event_type="ack", data={"seq": 17}), "An ack that stands alone.", "PROTO-3-04", "PROTO-6-03"),
    accept("error", envelope("error"), "The least error from a client.", "PROTO-3-05"),
    accept("error-null-request-id", envelope("error", request_id=None, details={}), "request_id is null when it is unknown.", "PROTO-3-05"),
    accept(
        "error-every-field",
        envelope("error", request_id="req-7", details={"retryable": False}, ack=1),
        "An error with every field.",
        "PROTO-3-05",
        "PROTO-3-10",
    ),
    *(accept(f"diagnostic-{level}", envelope("diagnostic", level=level), f"A diagnostic of level {level}.", "PROTO-3-06") for level in ("debug", "info", "warning", "error", "critical")),
    accept("diagnostic-every-field", envelope("diagnostic", details={"a": 1}, metrics={"ms": 2}, ack=5), "A diagnostic with every field.", "PROTO-3-06", "PROTO-3-10"),
    accept("heartbeat", envelope("heartbeat"), "The least heartbeat.", "PROTO-3-07"),
    accept("heartbeat-integer-uptime", envelope("heartbeat", uptime=0), "uptime is any number, an integer too.", "PROTO-3-07"),
    accept("heartbeat-every-field", envelope("heartbeat", metrics={"rtt_ms": 3}, ack=9), "A heartbeat with every field.", "PROTO-3-07", "PROTO-3-10"),
    accept("compact", compact(), "The least compact request.", "PROTO-3-18", "PROTO-3-19"),
    accept("compact-params", compact(method="tools/list", params={"cursor": "x"}), "A compact request with params.", "PROTO-3-18"),
    accept("compact-context-and-ack", compact(context={"deadline_ms": 1}, ack=4), "A compact request may carry context and ack.", "PROTO-3-21"),
    accept("compact-envelope-like-id", compact(id="req-1"), "A compact id may look like that of an envelope.", "PROTO-4-19"),
    accept("white-space", envelope("request"), "White space of JSON around every token.", "PROTO-4-04", text=_WHITE_SPACE),
    accept("escaped-names", envelope("request"), "Names and values are compared after their escapes are resolved.", "PROTO-4-27", text=_ESCAPED_NAMES),
    accept(
        "names-in-any-order",
        envelope("request", params={"x": 1}),
        "The order of members does not matter.",
        "PROTO-3-01",
        text=b'{"params":{"x":1},"method":"ping","message_id":"req-1","message_type":"request","protocol_version":"2.0"}',
    ),
    accept("literals", compact(params={"t": True, "f": False, "n": None, "e": "", "o": {}, "l": []}), "Every kind of JSON value in params.", "PROTO-4-04", text=_LITERALS),
    accept("reserved-names-in-params", compact(params={"jsonrpc": "2.0", "seq": 1, "protocol_version": "9", "__proto__": {}}), "Names have a meaning at the top only.", "PROTO-4-16", "PROTO-4-26"),
    accept("names-differ-in-case", compact(params={"a": 1, "A": 2}), "Names that differ in case are no duplicates.", "PROTO-4-05", "PROTO-4-27"),
    accept("names-differ-in-normal-form", compact(params={"\u00e9": 1, "e\u0301": 2}), "Names are compared without Unicode normalization.", "PROTO-4-05"),
    accept("same-name-in-two-objects", compact(params={"a": {"x": 1}, "b": {"x": 2}, "x": 3}), "The same name in different objects is no duplicate.", "PROTO-4-05"),
    accept("empty-name", compact(params={"": 1}), "An empty name is a name.", "PROTO-4-04"),
    accept("surrogate-pair-escaped", compact(params={"x": "\U0001f600"}), "A pair of escaped surrogates is one character.", "PROTO-4-09", text=b'{"id":"a","method":"ping","params":{"x":"\\ud83d\\uDE00"}}'),
    accept("surrogate-pair-in-name", compact(params={"\U0001f600": 1}), "A pair of escaped surrogates in a name.", "PROTO-4-09", text=b'{"id":"a","method":"ping","params":{"\\uD83D\\ude00":1}}'),
    accept("astral-raw", compact(params={"x": "\U0010ffff"}), "A character beyond the basic plane, raw.", "PROTO-4-09"),
    accept("escaped-backslash-before-u", compact(params={"x": "\\ud83d"}), "An escaped backslash followed by ud83d is no surrogate.", "PROTO-4-09", text=b'{"id":"a","method":"ping","params":{"x":"\\\\ud83d"}}'),
    accept("bom-inside-string", compact(params={"x": "\ufeff"}), "U+FEFF inside a string is a character.", "PROTO-4-10"),
    accept("control-characters-escaped-in-params", compact(params={"x": "\x00\x01\x1f\n"}), "Escaped control characters in params.", "PROTO-4-29"),
    accept("delete-and-c1-raw-in-params", compact(params={"x": "\x7f\x80\x9f"}), "U+007F to U+009F stand raw in params.", "PROTO-4-29", "PROTO-4-04"),
    accept("every-short-escape", compact(params={"x": '"\\/\b\f\n\r\t'}), "Every two-character escape of JSON.", "PROTO-4-04", text=b'{"id":"a","method":"ping","params":{"x":"\\"\\\\\\/\\b\\f\\n\\r\\t"}}'),
    accept("numbers", compact(params={"x": [0, -1, 1.5, 100000.0, 0.02]}), "Every form of JSON number.", "PROTO-4-04", text=b'{"id":"a","method":"ping","params":{"x":[0,-1,1.5,1E+5,2e-2]}}'),
    accept("line-separators-raw", compact(params={"x": "\u2028\u2029"}), "U+2028 and U+2029 are plain characters of JSON.", "PROTO-4-04"),
    refuse("neither-dialect", {"hello": "there"}, FORMAT, None, "An object that is neither dialect.", "PROTO-4-31", "PROTO-3-28"),
    refuse("empty-object", {}, FORMAT, None, "An empty object is neither dialect.", "PROTO-4-31"),
    refuse("only-params", {"params": {"id": "a", "method": "ping"}}, FORMAT, None, "Names of a dialect inside another member do not count.", "PROTO-4-31", "PROTO-3-19"),
    refuse("dialect-names-in-other-case", {"ID": "a", "Method": "ping"}, FORMAT, None, "Names in another case make no dialect.", "PROTO-4-31", "PROTO-4-27"),
    accept("non-characters", compact(params={"x": "\ufffe\uffff\ufdd0"}), "Code points that are no characters are still Unicode scalar values.", "PROTO-4-09"),
    accept("long-string", compact(params={"x": "x" * 60000}), "A string in params has no limit but that of the message.", "PROTO-4-04"),
)
