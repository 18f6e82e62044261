"""Repetitions on the core, and the rate gate."""

from __future__ import annotations

from typing import Any

import pytest
from core_bench import WELCOME, Bench, Fail, Resolve, chunk, fails

from mcp_client._outputs import DiagnosticMade

LIMITS = WELCOME["limits"]


def tools(**annotations: dict[str, bool]) -> dict[str, Any]:
    return {"tools": [{"name": name.replace("__", "/"), "annotations": hints} for name, hints in annotations.items()]}


def test_a_rate_limited_request_waits_what_the_server_says_and_gets_a_new_id() -> None:
    bench = Bench(random=lambda: 0.5, retry_initial_delay_s=0.25)
    bench.connect()
    handle = bench.call()
    [call] = bench.sent()
    bench.refuse(call, "RATE_LIMIT_EXCEEDED", {"retry_after_ms": 7000})
    bench.elapse(7.124)
    assert [message for message in bench.sent() if message["message_type"] == "request"] == []
    bench.elapse(0.001)  # 7 s and half of 0.25 s
    [again] = bench.sent()
    assert again["params"] == call["params"] and again["message_id"] != call["message_id"]
    bench.answer(again, {"ok": True})
    [done] = bench.of(Resolve)
    assert (done.handle, done.result) == (handle, {"ok": True})
    assert bench.core.report(bench.now)["error_summary"] == {"total_violations": 1, "violation_types": {"rate_limit_exceeded": 1}}


def test_an_overloaded_server_is_asked_again_with_growing_delays_and_then_no_more() -> None:
    bench = Bench(random=lambda: 1.0, retry_initial_delay_s=0.5, retry_max_delay_s=10, retry_max_attempts=3)
    bench.connect()
    handle = bench.call()
    delays = []
    [call] = bench.sent()
    for _ in range(3):
        bench.refuse(call, "SERVER_OVERLOADED")
        before = bench.now
        while not (sent := [message for message in bench.sent() if message["message_type"] == "request"]):
            bench.elapse((bench.core.next_deadline() or 0) - bench.now)
        delays.append(round(bench.now - before, 6))
        [call] = sent
    assert delays == [0.5, 1, 2]
    bench.refuse(call, "SERVER_OVERLOADED")
    assert fails(bench) == [(handle, "SERVER_OVERLOADED")]


@pytest.mark.parametrize("code", ["TOOL_TIMEOUT", "INTERNAL_ERROR"])
@pytest.mark.parametrize(
    ("hints", "spec", "repeated"),
    [
        ({"readOnlyHint": True}, {}, True),
        ({"idempotentHint": True}, {}, True),
        ({}, {}, False),
        ({}, {"idempotent": True}, True),
        ({"readOnlyHint": True}, {"idempotent": False}, False),
        ({"readOnlyHint": True}, {"idempotency_key": "k"}, False),  # the server would answer what it stored
    ],
)
def test_what_may_have_run_is_repeated_only_when_that_does_no_harm(
    code: str, hints: dict[str, bool], spec: dict[str, Any], repeated: bool
) -> None:
    bench = Bench()
    bench.connect()
    bench.request("tools/list")
    [listing] = bench.sent()
    bench.answer(listing, tools(t=hints))
    handle = bench.call("t", **spec)
    [call] = bench.sent()
    bench.take()
    bench.refuse(call, code)
    if not repeated:
        assert fails(bench) == [(handle, code)]
        return
    bench.elapse(0.25)
    [again] = bench.sent()
    assert again["message_id"] != call["message_id"]


@pytest.mark.parametrize("repeatable", [True, False])
def test_an_unknown_tool_makes_the_client_ask_for_the_list_all_pages(repeatable: bool) -> None:
    bench = Bench()
    bench.connect()
    handle = bench.call("z")
    [call] = bench.sent()
    bench.refuse(call, "TOOL_TIMEOUT")
    [listing] = bench.sent()
    assert (listing["method"], listing["params"]) == ("tools/list", {})
    bench.answer(listing, {**tools(a={}), "next_cursor": "2"})
    [second] = bench.sent()
    assert second["params"] == {"cursor": "2"}
    bench.answer(second, tools(z={"readOnlyHint": repeatable}))
    bench.elapse(0.25)
    if repeatable:
        [again] = bench.sent()
        assert again["params"] == call["params"]
    else:
        assert fails(bench) == [(handle, "TOOL_TIMEOUT")]
    assert bench.of(Resolve) == []


@pytest.mark.parametrize("code", ["INVALID_PARAMS", "TOOL_EXECUTION_FAILED", "EXECUTION_INTERRUPTED", "NOT_FOUND", "UNAUTHORIZED_ACCESS"])
def test_what_would_fail_again_is_not_repeated(code: str) -> None:
    bench = Bench()
    bench.connect()
    handle = bench.call(idempotent=True)
    bench.refuse(bench.sent()[0], code, {"errors": [{"path": "/x", "message": "wrong"}]})
    assert fails(bench) == [(handle, code)]


def test_with_retry_off_every_refusal_reaches_the_caller_and_nothing_is_held_back() -> None:
    bench = Bench(retry=False)
    bench.connect(limits={**LIMITS, "max_in_flight": 1, "messages_per_minute": 2})
    handles = [bench.call() for _ in range(3)]
    sent = bench.sent()
    assert len(sent) == 3
    for message, code in zip(sent, ("RATE_LIMIT_EXCEEDED", "SERVER_OVERLOADED", "TOOL_TIMEOUT")):
        bench.refuse(message, code, {"retry_after_ms": 1})
    assert fails(bench) == list(zip(handles, ("RATE_LIMIT_EXCEEDED", "SERVER_OVERLOADED", "TOOL_TIMEOUT")))


def test_a_wait_longer_than_the_maximum_is_the_callers_to_decide() -> None:
    bench = Bench(retry_max_wait_s=5)
    bench.connect()
    handle = bench.call()
    bench.refuse(bench.sent()[0], "RATE_LIMIT_EXCEEDED", {"retry_after_ms": 5001})
    [failure] = bench.of(Fail)
    assert (failure.handle, failure.error.retry_after) == (handle, 5.001)


def test_the_budget_ends_repetitions_when_everything_fails() -> None:
    bench = Bench(retry_budget=2, retry_max_attempts=100)
    bench.connect()
    handles = [bench.call() for _ in range(3)]
    for message in bench.sent():
        bench.refuse(message, "SERVER_OVERLOADED")
    assert fails(bench) == [(handles[2], "SERVER_OVERLOADED")]


def test_a_stream_that_has_begun_is_not_repeated() -> None:
    bench = Bench()
    bench.connect()
    handle = bench.call(idempotent=True)
    [call] = bench.sent()
    chunk(bench, call, 0)
    bench.refuse(call, "TOOL_TIMEOUT")
    assert fails(bench) == [(handle, "TOOL_TIMEOUT")]


def test_requests_wait_for_the_next_connection_while_the_server_drains() -> None:
    bench = Bench()
    bench.connect()
    bench.message("event", {"event_type": "server.draining", "data": {"reconnect_after_ms": 100}})
    handle = bench.call()
    assert bench.sent() == []
    bench.core.closed(1012, "", bench.now)
    bench.reconnect()
    bench.resume()
    [call] = [message for message in bench.sent() if message["message_type"] == "request"]
    bench.answer(call, {})
    assert [done.handle for done in bench.of(Resolve)] == [handle]


# --- the rate gate -------------------------------------------------------------------------------------------------------


def test_no_window_of_a_minute_holds_more_than_the_limit() -> None:
    bench = Bench(request_timeout_s=300)
    bench.connect(limits={**LIMITS, "messages_per_minute": 10})  # the hello was the first
    for _ in range(30):
        bench.request("ping")
    times: list[float] = [bench.now]
    while len(times) < 31:
        for message in bench.sent():
            if message["message_type"] == "request":
                times.append(bench.now)
                bench.answer(message, {})
        if len(times) < 31:
            bench.elapse((bench.core.next_deadline() or 0) - bench.now)
            bench.message("heartbeat", {"client_id": "s", "uptime": 1}, numbered=False)
    for start in times:
        assert len([time for time in times if start <= time < start + 60]) <= 10
    assert times[-1] - times[0] < 4 * 61


def test_cancels_respect_the_rate_gate() -> None:
    bench = Bench()
    bench.connect(limits={**LIMITS, "messages_per_minute": 5}, heartbeat_interval_s=60)
    handles = [bench.call() for _ in range(4)]  # with the hello: five
    bench.sent()
    for handle in handles:
        bench.core.cancel(handle, bench.now)
    assert bench.sent() == []
    bench.elapse(60.6)
    assert [message["method"] for message in bench.sent() if message["message_type"] == "request"] == ["requests/cancel"] * 4


def test_after_a_refusal_messages_leave_one_by_one_at_the_limits_pace() -> None:
    bench = Bench(random=lambda: 0.0)
    bench.connect(limits={**LIMITS, "messages_per_minute": 60})
    bench.call()
    bench.refuse(bench.sent()[0], "RATE_LIMIT_EXCEEDED", {"retry_after_ms": 2000})
    for _ in range(3):
        bench.request("ping")
    times = []
    for _ in range(60):
        bench.elapse(0.1)
        times += [round(bench.now - 1000, 1) for message in bench.sent() if message["message_type"] == "request"]
    assert times == [2.0, 3.0, 4.0, 5.0]


def test_eighty_percent_of_the_limit_is_told_once_a_minute() -> None:
    bench = Bench()
    bench.connect(limits={**LIMITS, "messages_per_minute": 10})
    for _ in range(9):
        bench.request("ping")
    near = [told for told in bench.of(DiagnosticMade) if told.diagnostic.details["kind"] == "limit_near"]
    assert len(near) == 1 and near[0].diagnostic.details["limit"] == 10
