"""The checks can fail: `python3 -m unittest` in this folder."""

from __future__ import annotations

import base64
import io
import json
import tempfile
import unittest
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from check_secrets import leaks, main as look
from check_vectors import vector_faults
from dialogue_matching import matches
from dialogue_samples import Names, UnknownMatcher, sample
from reference_reader import judge
from strict_json import Refused, read

PING = {"id": "a", "method": "ping"}


def _text(value: object) -> bytes:
    return json.dumps(value).encode("utf-8")


class StrictJson(unittest.TestCase):
    def test_each_rule_refuses_with_its_own_word(self) -> None:
        for text, word in (
            (b"", "empty"),
            (b"\xef\xbb\xbf{}", "bom"),
            (b"{}{}", "rest"),
            (b"1", "scalar"),
            (b"[]", "batch"),
            (b'{"a":1,"\\u0061":2}', "duplicate"),
            (b'{"a":"\\ud800"}', "surrogate"),
            (b'{"a":' + b"1" * 65 + b"}", "number"),
            (b"[" * 33 + b"]" * 33, "depth"),
            (b'{"a":[' + b"0," * 9_999 + b"0]}", "members"),
            (b'{"a":NaN}', "syntax"),
        ):
            with self.subTest(word), self.assertRaisesRegex(Refused, f"^{word}"):
                read(text, 64)

    def test_what_stands_at_a_limit_is_read(self) -> None:
        read(b"[" * 32 + b"]" * 32, 64)
        read(b'{"a":[' + b"0," * 9_998 + b"0]}", 64)
        read(b'{"a":' + b"1" * 64 + b"}", 64)


class VectorFaults(unittest.TestCase):
    def faults(self, message: object, **told: Any) -> list[str]:
        return list(vector_faults(_text(message), {"requirements": ["PROTO-4-04"]} | told))

    def test_a_true_expectation_has_no_fault(self) -> None:
        message = {"dialect": "compact", "type": "request", "id": "a", "method": "ping"}
        self.assertEqual([], self.faults(PING, batch=False, messages=[message]))

    def test_a_wrong_expectation_is_found(self) -> None:
        refusal = {"error_code": "INVALID_MESSAGE_ID", "request_id": "-", "dialect": "compact"}
        bad = PING | {"id": "-"}
        self.assertEqual([], self.faults(bad, elements=[refusal]))
        changes: tuple[dict[str, Any], ...] = ({"error_code": "INVALID_MESSAGE_FORMAT"}, {"request_id": None}, {"dialect": "envelope"}, {"field": "id"})
        for change in changes:
            with self.subTest(change):
                self.assertNotEqual([], self.faults(bad, elements=[refusal | change]))
        self.assertNotEqual([], self.faults(bad, elements=[{"accepted": True, "id": "-"}]))
        self.assertNotEqual([], self.faults(PING, elements=[refusal]))
        self.assertNotEqual([], self.faults(PING, whole={"error_code": "INVALID_MESSAGE_FORMAT"}))

    def test_a_refusal_of_the_whole_must_cite_the_rule_that_is_broken(self) -> None:
        told = {"requirements": ["PROTO-4-13"], "whole": {"error_code": "INVALID_MESSAGE_FORMAT"}}
        self.assertEqual([], list(vector_faults(b"1", told)))
        self.assertNotEqual([], list(vector_faults(b"[]", told)))


class Judge(unittest.TestCase):
    def test_one_and_true_and_one_point_nought_are_different_acks(self) -> None:
        self.assertIn("message", judge(PING | {"ack": 1}))
        for ack in (True, 1.0, "1", None, -1, 2**53):
            with self.subTest(ack):
                self.assertEqual("ack", judge(PING | {"ack": ack}).get("field"))


class Matching(unittest.TestCase):
    def test_each_matcher_takes_what_it_names_and_nothing_else(self) -> None:
        cases: tuple[tuple[Any, list[Any], list[Any]], ...] = (
            ("$any", [None, 1], []),
            ("$string", ["x"], ["", 1, None]),
            ("$number", [1, 1.5], [True, "1"]),
            ("$integer", [0], [1.5, True]),
            ("$boolean", [False], [0, None]),
            ("$object", [{}], [[]]),
            ("$array", [[]], [{}]),
            ("$time", ["2024-02-17T23:10:15.5Z"], ["2024-02-17T23:10:15", 0]),
            ("$bind:n", ["x", 1], [None, True, []]),
            ({"$integer": [1, 2]}, [1, 2], [0, 3, True]),
            ({"$one_of": [1, "$string"]}, [1, "x"], [2, None]),
            ({"$contains": 1}, [[0, 1]], [[0], 1]),
            ({"$repeat": ["x", 3]}, ["xxx"], ["xx"]),
            ("$$any", ["$any"], ["any", 1]),
            (1, [1, 1.0], [True, "1"]),
            ([1, "$any"], [[1, 2]], [[1], [1, 2, 3], [2, 2]]),
            ({"a": "$absent", "b": 1}, [{"b": 1, "c": 2}], [{"a": None, "b": 1}, {}]),
        )
        for wanted, good, bad in cases:
            for value in good:
                self.assertTrue(matches(wanted, value, Names()), (wanted, value))
            for value in bad:
                self.assertFalse(matches(wanted, value, Names()), (wanted, value))

    def test_a_name_is_bound_once_and_told_again(self) -> None:
        names = Names()
        self.assertTrue(matches({"message_type": "request", "message_id": "$id:r"}, {"message_type": "request", "message_id": "req-7"}, names))
        self.assertEqual({"x": "req-7"}, sample({"x": "$same:r", "y": "$absent"}, names))
        self.assertFalse(matches("$same:r", "req-8", names))
        self.assertFalse(matches("$other:r", "req-7", names))
        self.assertFalse(matches({"message_type": "event", "message_id": "$id"}, {"message_type": "event", "message_id": "req-7"}, names))

    def test_what_does_not_match_binds_nothing(self) -> None:
        names = Names()
        self.assertFalse(matches({"a": "$bind:n", "b": 1}, {"a": "x", "b": 2}, names))
        with self.assertRaises(UnknownMatcher):
            sample("$same:n", names)

    def test_an_unknown_matcher_is_a_fault(self) -> None:
        for unknown in ("$strng", {"$integr": [1, 2]}):
            with self.assertRaises(UnknownMatcher):
                sample(unknown, Names())
            with self.assertRaises(UnknownMatcher):
                matches(unknown, "x", Names())


class Secrets(unittest.TestCase):
    TOKEN = base64.urlsafe_b64encode(bytes(range(7, 135, 4))).rstrip(b"=").decode()
    KEY = "pb_Ab3dEf6hIj9k_" + "a1B2c3D4e5" * 4 + "F6g7H8i9J"

    def test_keys_tokens_and_known_secrets_are_found_wherever_they_stand(self) -> None:
        for text in (self.TOKEN, f'"{self.TOKEN}"', f"?ticket={self.TOKEN}&x=1", self.KEY, f"[{self.KEY}]", "key=test-key-1"):
            self.assertEqual(1, len(leaks(text, ["test-key-1"])), text)

    def test_what_is_no_secret_passes(self) -> None:
        for text in ("a" * 43, "0123456789abcdef" * 4, "Patchbay_Server_Options_PatchbayOptionsFault", f"API key: {self.KEY}", "pb_Ab3dEf6hIj9k"):
            self.assertEqual([], leaks(text, ["test-key-1"]), text)

    def test_nothing_to_look_at_is_no_pass(self) -> None:
        with tempfile.TemporaryDirectory() as directory, redirect_stdout(io.StringIO()):
            self.assertEqual(2, look([directory]))
            (Path(directory) / "out.log").write_text("fine")
            self.assertEqual(0, look([directory]))
            (Path(directory) / "audit.log").write_text(self.TOKEN)
            self.assertEqual(1, look([directory]))


if __name__ == "__main__":
    unittest.main()
