"""Requests on the core: leaving, answers, timeouts, streams, batches."""

from __future__ import annotations


import pytest
from core_bench import WELCOME, Bench, Fail, Resolve, chunk, fails

from mcp_client._outputs import Chunk, RequestSpec

LIMITS = WELCOME["limits"]


def test_a_request_made_before_connecting_fails_at_once() -> None:
    bench = Bench()
    handle = bench.call()
    assert fails(bench) == [(handle, "CONNECTION_FAILED")]


def test_requests_made_while_connecting_leave_in_their_order_when_ready() -> None:
    bench = Bench()
    bench.core.connect(bench.now)
    handles = [bench.request("ping"), bench.call("a"), bench.request("ping")]
    bench.hello()
    sent = bench.sent()
    assert [message["method"] for message in sent] == ["ping", "tools/call", "ping"]
    for message in reversed(sent):
        bench.answer(message, {"id": message["message_id"]})
    assert {done.handle: done.result["id"] for done in bench.of(Resolve)} == {
        handle: message["message_id"] for handle, message in zip(handles, sent)
    }


def test_a_call_carries_its_timeout_key_and_trace() -> None:
    bench = Bench()
    bench.connect()
    bench.call("t", {"x": 1}, timeout_s=2.5, idempotency_key="key-1", traceparent="00-aa-bb-01")
    [call] = bench.sent()
    assert call["params"] == {"name": "t", "arguments": {"x": 1}, "timeout_ms": 2500}
    assert call["context"] == {"idempotency_key": "key-1", "traceparent": "00-aa-bb-01"}


def test_arguments_changed_after_the_call_do_not_change_what_is_sent() -> None:
    bench = Bench()
    bench.core.connect(bench.now)
    arguments = {"line": "a"}
    bench.call("t", arguments)
    arguments["line"] = "b"
    bench.hello()
    assert bench.sent()[0]["params"]["arguments"] == {"line": "a"}


@pytest.mark.parametrize("value", [float("nan"), object(), "\ud800"])
def test_what_json_cannot_hold_is_refused_when_it_is_handed_over(value: object) -> None:
    bench = Bench()
    bench.connect()
    with pytest.raises((ValueError, TypeError)):
        bench.call("t", {"x": value})
    assert bench.sent() == []


def test_a_message_over_the_servers_limit_is_not_sent() -> None:
    bench = Bench()
    bench.connect(limits={**LIMITS, "max_message_bytes": 1024})
    fits = bench.call("t", {"x": "ä" * 300})
    too_large = bench.call("t", {"x": "ä" * 600})
    assert len(bench.sent()) == 1
    assert fails(bench) == [(too_large, "MESSAGE_TOO_LARGE")]
    assert fits != too_large


def test_calls_wait_for_a_place_in_flight_and_other_methods_pass() -> None:
    bench = Bench()
    bench.connect(limits={**LIMITS, "max_in_flight": 2})
    for _ in range(3):
        bench.call()
    bench.request("ping")
    sent = bench.sent()
    assert [message["method"] for message in sent] == ["tools/call", "tools/call", "ping"]
    bench.answer(sent[0], {})
    assert [message["method"] for message in bench.sent()] == ["tools/call"]


def test_more_than_max_pending_open_requests_are_refused() -> None:
    bench = Bench(max_pending=3)
    bench.core.connect(bench.now)
    handles = [bench.call() for _ in range(4)]
    assert fails(bench) == [(handles[3], "SERVER_OVERLOADED")]


def test_the_clients_own_timeout_comes_a_second_after_the_servers_and_cancels() -> None:
    bench = Bench()
    bench.connect()
    handle = bench.call(timeout_s=2)
    [call] = bench.sent()
    bench.elapse(2.9)
    assert bench.of(Fail) == []
    bench.elapse(0.1)
    [failure] = bench.of(Fail)
    assert (failure.handle, failure.error.code) == (handle, "TOOL_TIMEOUT")
    assert failure.error.details == {"source": "client", "outcome": "unknown"}
    cancel = [message for message in bench.sent() if message.get("method") == "requests/cancel"]
    assert [message["params"] for message in cancel] == [{"request_id": call["message_id"]}]
    bench.answer(call, {"late": True})
    assert bench.of(Resolve) == []


def test_a_request_that_finds_no_connection_in_time_fails_as_lost() -> None:
    bench = Bench()
    bench.connect()
    bench.core.closed(1006, "", bench.now)
    handle = bench.request("ping", timeout_s=0.1)
    bench.elapse(0.11)
    [failure] = bench.of(Fail)
    assert (failure.handle, failure.error.code, failure.error.details["outcome"]) == (handle, "CONNECTION_LOST", "not_sent")


def test_a_cancelled_request_is_cancelled_on_the_server_and_its_answers_are_dropped() -> None:
    bench = Bench()
    bench.connect()
    handle = bench.call()
    [call] = bench.sent()
    bench.core.cancel(handle, bench.now)
    assert fails(bench) == [(handle, "REQUEST_CANCELLED")]
    [cancel] = bench.sent()
    assert (cancel["method"], cancel["params"]) == ("requests/cancel", {"request_id": call["message_id"]})
    bench.answer(cancel, {"cancelled": True})
    bench.refuse(call, "REQUEST_CANCELLED")
    bench.core.cancel(handle, bench.now)
    assert bench.of(Fail) == [] and bench.sent() == []


def test_a_request_cancelled_before_it_left_never_leaves() -> None:
    bench = Bench()
    bench.core.connect(bench.now)
    handle = bench.call()
    bench.core.cancel(handle, bench.now)
    bench.hello()
    assert bench.sent() == []


# --- streams -----------------------------------------------------------------------------------------------------------


def test_chunks_come_once_each_and_a_missing_one_fails_the_stream() -> None:
    bench = Bench()
    bench.connect()
    handle = bench.call()
    [call] = bench.sent()
    for index in (0, 1, 1, 0, 2):
        chunk(bench, call, index)
    assert [(made.index, made.chunk) for made in bench.of(Chunk)] == [(0, "c0"), (1, "c1"), (2, "c2")]
    chunk(bench, call, 4)
    [failure] = bench.of(Fail)
    assert (failure.handle, failure.error.code, failure.error.details["expected"]) == (handle, "INVALID_MESSAGE_FORMAT", 3)


def test_a_result_that_tells_of_more_chunks_than_came_is_no_success() -> None:
    bench = Bench()
    bench.connect()
    handle = bench.call()
    [call] = bench.sent()
    chunk(bench, call, 0)
    bench.answer(call, {"chunks": 2})
    assert fails(bench) == [(handle, "CONNECTION_LOST")]


# --- batches -------------------------------------------------------------------------------------------------------------


def test_calls_of_a_group_leave_as_arrays_within_the_limits() -> None:
    bench = Bench()
    bench.connect(limits={**LIMITS, "max_batch": 3})
    for _ in range(4):
        bench.call(group=7)
    bench.request("ping")
    sizes = [len(message) if isinstance(message, list) else 0 for message in bench.sent()]
    assert sizes == [3, 0, 0]  # three, the fourth alone, and the ping that belongs to no group


def test_an_array_stays_within_the_byte_limit() -> None:
    bench = Bench(batching=True)
    bench.connect(limits={**LIMITS, "max_message_bytes": 2000})
    for _ in range(8):
        bench.core._table.add(RequestSpec(method="tools/call", params={"name": "t", "arguments": {"x": "a" * 300}}), bench.now)
    bench.core._table.leave(bench.now)
    texts = [output.text for output in bench.take()]
    assert len(texts) > 1 and all(len(text) <= 2000 for text in texts)
    assert sum(text.count('"x"') for text in texts) == 8


def test_answers_in_an_array_are_taken_one_by_one() -> None:
    bench = Bench()
    bench.connect(resumable=False)
    handles = [bench.request("ping"), bench.request("ping")]
    sent = bench.sent()
    bench.text([
        {"protocol_version": "2.0", "message_type": "response", "message_id": f"resp-{i}", "request_id": message["message_id"], "result": {}}
        for i, message in enumerate(sent)
    ])
    assert [done.handle for done in bench.of(Resolve)] == handles
