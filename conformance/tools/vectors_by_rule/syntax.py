"""Texts that are refused as a whole: row "not JSON" of section 4."""

from __future__ import annotations

from .model import Vector, whole


def _params(value: str) -> str:
    return '{"id":"a","method":"ping","params":{"x":' + value + "}}"


def _broken(name: str, text: bytes | str, description: str) -> Vector:
    return whole(name, text, description, "PROTO-4-04", "PROTO-3-26")


def _duplicate(name: str, text: str, description: str) -> Vector:
    return whole(name, text, description, "PROTO-4-05")


def _surrogate(name: str, text: str, description: str) -> Vector:
    return whole(name, text, description, "PROTO-4-09")


_PING = '{"id":"a","method":"ping"}'

VECTORS: tuple[Vector, ...] = (
    whole("empty", "", "Empty text.", "PROTO-4-12"),
    whole("white-space-only", " \n\t ", "White space only.", "PROTO-4-12"),
    whole("bom", b"\xef\xbb\xbf" + _PING.encode(), "A byte order mark before the text.", "PROTO-4-10"),
    whole("bom-after-space", b" \xef\xbb\xbf" + _PING.encode(), "A byte order mark after white space.", "PROTO-4-10"),
    whole("bom-at-end", _PING.encode() + b"\xef\xbb\xbf", "A byte order mark after the text.", "PROTO-4-10"),
    whole("scalar-string", '"ping"', "A string.", "PROTO-4-13"),
    whole("scalar-number", "1", "A number.", "PROTO-4-13"),
    whole("scalar-true", "true", "A boolean.", "PROTO-4-13"),
    whole("scalar-null", "null", "The null.", "PROTO-4-13"),
    whole("two-documents", _PING + _PING, "Two documents without a space.", "PROTO-4-11"),
    whole("two-documents-by-line", _PING + "\n" + _PING, "Two documents in two lines.", "PROTO-4-11"),
    whole("two-arrays", "[" + _PING + "][" + _PING + "]", "Two batches.", "PROTO-4-11"),
    _broken("word", "hello", "No JSON at all."),
    _broken("rest-after-document", _PING + "}", "A brace too many."),
    _broken("nul-after-document", _PING + "\0", "A NUL after the document."),
    _broken("cut-object", _PING[:-1], "An object without its end."),
    _broken("cut-string", '{"id":"a","method":"pi', "A string without its end."),
    _broken("cut-array", "[" + _PING, "An array without its end."),
    _broken("crossed-brackets", _params("[{]}"), "Brackets that cross."),
    _broken("trailing-comma-object", '{"id":"a","method":"ping",}', "A comma after the last member."),
    _broken("trailing-comma-array", _params("[1,]"), "A comma after the last element."),
    _broken("trailing-comma-batch", "[" + _PING + ",]", "A comma after the last message of a batch."),
    _broken("leading-comma", _params("[,1]"), "A comma before the first element."),
    _broken("missing-comma", '{"id":"a" "method":"ping"}', "No comma between members."),
    _broken("missing-colon", '{"id" "a","method":"ping"}', "No colon."),
    _broken("missing-value", '{"id":,"method":"ping"}', "No value."),
    _broken("line-comment", "// hi\n" + _PING, "A line comment."),
    _broken("block-comment", '{"id":"a",/* hi */"method":"ping"}', "A block comment."),
    _broken("hash-comment", "# hi\n" + _PING, "A comment that begins with #."),
    _broken("nan", _params("NaN"), "NaN."),
    _broken("infinity", _params("Infinity"), "Infinity."),
    _broken("negative-infinity", _params("-Infinity"), "-Infinity."),
    _broken("leading-zero", _params("01"), "A number with a leading zero."),
    _broken("negative-leading-zero", _params("-01"), "A negative number with a leading zero."),
    _broken("plus-sign", _params("+1"), "A number with a plus sign."),
    _broken("bare-minus", _params("-"), "A minus without digits."),
    _broken("point-without-digits", _params("1."), "A point without digits after it."),
    _broken("point-first", _params(".5"), "A point without digits before it."),
    _broken("exponent-without-digits", _params("1e"), "An exponent without digits."),
    _broken("hexadecimal", _params("0x10"), "A hexadecimal number."),
    _broken("other-digits", _params("\u0661"), "A digit that is not ASCII."),
    _broken("single-quotes", "{'id':'a','method':'ping'}", "Single quotes."),
    _broken("bare-names", '{id:"a",method:"ping"}', "Names without quotes."),
    _broken("number-as-name", '{1:2,"id":"a","method":"ping"}', "A number as a name."),
    _broken("literal-in-capitals", _params("True"), "A literal in capitals."),
    _broken("literal-cut", _params("nul"), "A literal that is cut."),
    _broken("undefined", _params("undefined"), "undefined."),
    _broken("raw-tab", _params('"a\tb"'), "A raw tab in a string."),
    _broken("raw-line-feed", _params('"a\nb"'), "A raw line feed in a string."),
    _broken("raw-nul", _params('"a\0b"'), "A raw NUL in a string."),
    _broken("raw-unit-separator", _params('"a\x1fb"'), "A raw U+001F in a string."),
    _broken("raw-control-in-name", '{"id":"a","method":"ping","params":{"a\x01":1}}', "A raw control character in a name."),
    _broken("unknown-escape", _params(r'"\x41"'), "An escape that JSON does not have."),
    _broken("short-unicode-escape", _params(r'"\u12"'), "A Unicode escape of two digits."),
    _broken("bad-unicode-escape", _params(r'"\u00g0"'), "A Unicode escape with a letter beyond f."),
    _broken("no-break-space", "\u00a0" + _PING, "A no-break space is no white space of JSON."),
    _broken("form-feed", "\f" + _PING, "A form feed is no white space of JSON."),
    _duplicate("duplicate-top", '{"id":"a","method":"ping","method":"ping"}', "A name twice at the top, with the same value."),
    _duplicate("duplicate-id", '{"id":"a","id":"b","method":"ping"}', "Two ids."),
    _duplicate("duplicate-escaped-top", r'{"id":"a","method":"ping","m\u0065thod":"ping"}', "A name twice, once with an escape."),
    _duplicate("duplicate-envelope", '{"protocol_version":"2.0","message_type":"request","message_id":"req-1","method":"ping","protocol_version":"2.0"}', "A name twice in an envelope."),
    _duplicate("duplicate-in-params", _params('1,"x":2'), "A name twice in params."),
    _duplicate("duplicate-escaped-in-params", _params(r'1,"\u0078":2'), "A name twice in params, once with an escape."),
    _duplicate("duplicate-deep", _params('[[{"y":[{"k":0,"z":1,"k":0}]}]]'), "A name twice in an object inside arrays."),
    _duplicate("duplicate-escaped-deep", _params(r'[{"y":{"a\/b":0,"a/b":0}}]'), "A name twice deep inside, once with an escaped solidus."),
    _duplicate("duplicate-around-object", _params('{"k":{"k":1},"j":0,"k":2}'), "A name again after an object that has it too."),
    _duplicate("duplicate-empty-name", _params('{"":1,"":2}'), "The empty name twice."),
    _duplicate("duplicate-astral", _params('{"\U0001f600":1,"\\ud83d\\ude00":2}'), "A name raw and as a pair of escapes."),
    _duplicate("duplicate-in-context", '{"id":"a","method":"ping","context":{"k":1,"k":1}}', "A name twice in context."),
    _duplicate("duplicate-in-unknown-field", '{"id":"a","method":"ping","zzz":{"k":1,"k":1}}', "A name twice in a field that is refused anyhow."),
    _duplicate("duplicate-in-batch", "[" + _PING + ',{"id":"b","method":"ping","id":"b"}]', "A name twice in one element refuses the whole batch."),
    _duplicate("duplicate-before-version", '{"protocol_version":"1.0","message_type":"request","message_id":"req-1","method":"ping","method":"x"}', "The text as a whole is judged before the version."),
    _surrogate("surrogate-high", _params(r'"\ud83d"'), "A high surrogate alone."),
    _surrogate("surrogate-low", _params(r'"\ude00"'), "A low surrogate alone."),
    _surrogate("surrogate-reversed", _params(r'"\ude00\ud83d"'), "A pair in the wrong order."),
    _surrogate("surrogate-high-then-letter", _params(r'"\ud83dx"'), "A high surrogate before a letter."),
    _surrogate("surrogate-high-then-escape", _params(r'"\ud83d\n"'), "A high surrogate before another escape."),
    _surrogate("surrogate-high-then-escaped-letter", _params(r'"\uD83D\u0041"'), "A high surrogate before an escaped letter."),
    _surrogate("surrogate-two-high-one-low", _params(r'"\ud83d\ud83d\ude00"'), "A high surrogate before a pair."),
    _surrogate("surrogate-pair-then-low", _params(r'"\ud83d\ude00\ude00"'), "A low surrogate after a pair."),
    _surrogate("surrogate-in-name", _params(r'{"\ud800":1}'), "A lone surrogate in a name."),
    _surrogate("surrogate-in-deep-name", _params(r'[[{"k\udfff":1}]]'), "A lone surrogate in a name inside arrays."),
    _surrogate("surrogate-in-method", r'{"id":"a","method":"p\udc00"}', "A lone surrogate in the method."),
    _surrogate("surrogate-in-id", r'{"id":"a\ud800","method":"ping"}', "A lone surrogate in the id."),
    _surrogate("surrogate-in-batch", "[" + _PING + r',{"id":"b","method":"\ud800"}]', "A lone surrogate in one element refuses the whole batch."),
    _surrogate("surrogate-over-two-strings", _params(r'["\ud83d","\ude00"]'), "The halves of a pair in two strings."),
)
