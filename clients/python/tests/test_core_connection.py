"""Connecting, losing and coming back, on the core with manual time."""

from __future__ import annotations

import pytest
from core_bench import Bench, Drop, Fail, Open, Resolve, State

from mcp_client._outputs import DiagnosticMade, SessionLost


def test_the_hello_is_the_first_message_and_leads_to_connected() -> None:
    bench = Bench()
    bench.core.connect(bench.now)
    assert bench.of(Open) == [Open(0)]
    assert bench.core.state == "connecting"
    bench.welcome()
    [hello] = bench.sent()
    assert hello["message_id"].startswith("req-")
    assert hello["protocol_version"] == "2.0"
    assert hello["params"]["resumable"] is True
    assert hello["params"]["client"]["name"] == "mcp_client"
    bench.answer(hello, {"session_id": "ses-1", "client_id": "client-1", "resume_token": "t", "epoch": 1})
    assert bench.core.state == "connected"


def test_without_the_capability_resume_the_hello_does_not_ask_for_it() -> None:
    bench = Bench()
    bench.core.connect(bench.now)
    bench.welcome(capabilities=["tools"])
    [hello] = bench.sent()
    assert hello["params"]["resumable"] is False


def test_a_hello_that_is_refused_for_good_leaves_a_connection_without_resumption() -> None:
    bench = Bench()
    bench.core.connect(bench.now)
    bench.welcome()
    [hello] = bench.sent()
    bench.refuse(hello, "METHOD_NOT_FOUND", numbered=False)
    assert bench.core.state == "connected"
    handle = bench.request("ping")
    [ping] = bench.sent()
    bench.answer(ping, {"time": "now"}, numbered=False)
    assert [(done.handle, done.result) for done in bench.of(Resolve)] == [(handle, {"time": "now"})]


def test_a_server_of_another_version_is_left_for_good() -> None:
    bench = Bench()
    bench.core.connect(bench.now)
    bench.welcome(protocol_versions=["3.0"])
    [state] = bench.of(State)[-1:]
    assert state.state == "closed" and state.error is not None
    assert state.error.code == "INVALID_PROTOCOL_VERSION"
    assert state.error.details["supported"] == ["3.0"]
    assert bench.of(Drop)


@pytest.mark.parametrize(
    ("status", "code"),
    [(None, "CONNECTION_FAILED"), (401, "INVALID_API_KEY"), (403, "SECURITY_VIOLATION"), (429, "RATE_LIMIT_EXCEEDED"),
     (503, "SERVER_OVERLOADED"), (500, "CONNECTION_FAILED"), (404, "CONNECTION_FAILED"), (426, "INVALID_PROTOCOL_VERSION")],
)  # fmt: skip
def test_the_first_connect_fails_at_once_with_the_error_of_the_status(status: int | None, code: str) -> None:
    bench = Bench()
    bench.core.connect(bench.now)
    bench.core.open_failed(status, None, "refused", bench.now)
    closed = bench.of(State)[-1]
    assert closed.state == "closed" and closed.error is not None and closed.error.code == code
    assert bench.core.next_deadline() is None


def test_a_connection_that_is_not_ready_in_time_fails() -> None:
    bench = Bench(connect_timeout_s=3)
    bench.core.connect(bench.now)
    bench.core.opened(bench.now)
    bench.elapse(2.9)
    assert bench.core.state == "connecting"
    bench.elapse(0.1)
    closed = bench.of(State)[-1]
    assert closed.error is not None and closed.error.code == "CONNECTION_FAILED"
    assert len(bench.of(Drop)) == 1


@pytest.mark.parametrize(
    ("code", "reconnects"),
    [(1000, True), (1001, True), (1002, False), (1003, False), (1007, False), (1008, False), (1009, False), (1011, True),
     (1012, True), (1013, True), (4400, False), (4401, False), (4403, False), (4408, True), (4409, False), (4429, True),
     (4430, True), (1005, True), (1006, True), (4999, True)],
)  # fmt: skip
def test_the_close_table_decides_about_reconnecting(code: int, reconnects: bool) -> None:
    bench = Bench()
    bench.connect()
    bench.core.closed(code, "", bench.now)
    assert bench.core.state == ("reconnecting" if reconnects else "closed")
    assert (bench.core.next_deadline() is not None) == reconnects


def test_normal_closes_are_final_when_the_user_likes() -> None:
    bench = Bench(reconnect_on_normal_close=False)
    bench.connect()
    bench.core.closed(1001, "", bench.now)
    assert bench.core.state == "closed"


def test_delays_grow_with_full_jitter_up_to_the_maximum() -> None:
    bench = Bench(random=lambda: 0.5, reconnect_initial_delay_s=0.5, reconnect_max_delay_s=30)
    bench.connect()
    bench.core.closed(1006, "", bench.now)
    delays = []
    for _ in range(9):
        start = bench.now
        bench.reconnect()
        delays.append(round(bench.now - start, 6))
        bench.core.open_failed(None, None, "refused", bench.now)
    # half of 0.5, 1, 2, 4, 8, 16, then of 30
    assert delays == [0.25, 0.5, 1, 2, 4, 8, 15, 15, 15]


def test_a_connection_that_dies_young_goes_on_counting_and_one_that_held_starts_anew() -> None:
    bench = Bench(random=lambda: 1.0)
    bench.connect()
    for expected in (0.5, 1.0, 2.0):
        bench.core.closed(1006, "", bench.now)
        start = bench.now
        bench.reconnect()
        assert bench.now - start == pytest.approx(expected)
        bench.resume()
    bench.elapse(5)
    bench.core.closed(1006, "", bench.now)
    start = bench.now
    bench.reconnect()
    assert bench.now - start == pytest.approx(0.5)


@pytest.mark.parametrize("named_by", ["close", "handshake", "draining"])
def test_what_the_server_names_is_waited_for_with_jitter_on_top(named_by: str) -> None:
    bench = Bench(random=lambda: 0.5)
    bench.connect()
    if named_by == "close":
        bench.core.closed(4429, "RATE_LIMIT_EXCEEDED retry_after_ms=7000", bench.now)
        expected = 7 + 0.25
    elif named_by == "draining":
        bench.message("event", {"event_type": "server.draining", "data": {"reconnect_after_ms": 7000}})
        bench.core.closed(1012, "server restart", bench.now)
        expected = 7 + 0.25
    else:
        bench.core.closed(1006, "", bench.now)
        bench.reconnect()
        bench.core.open_failed(503, 7.0, "draining", bench.now)
        expected = 7 + 0.5  # the second attempt
    start = bench.now
    bench.reconnect()
    assert bench.now - start == pytest.approx(expected)


def test_it_gives_up_when_told_to_and_open_requests_say_so() -> None:
    bench = Bench(reconnect_max_attempts=2)
    bench.connect()
    sent = bench.call("debug/append", {"line": "a"}, timeout_s=300)
    bench.core.closed(1006, "", bench.now)
    queued = bench.call("debug/echo", timeout_s=300)
    for _ in range(2):
        bench.reconnect()
        bench.core.open_failed(None, None, "refused", bench.now)
    closed = bench.of(State)[-1]
    assert closed.state == "closed" and closed.error is not None and closed.error.code == "RECONNECTION_FAILED"
    assert closed.error.details["attempts"] == 2
    failures = {failure.handle: failure.error for failure in bench.of(Fail)}
    assert {handle: error.code for handle, error in failures.items()} == dict.fromkeys((sent, queued), "RECONNECTION_FAILED")
    assert failures[sent].details["outcome"] == "unknown"
    assert failures[queued].details["outcome"] == "not_sent"


def test_with_reconnect_off_a_loss_is_final() -> None:
    bench = Bench(reconnect=False)
    bench.connect()
    handle = bench.call()
    bench.core.closed(1006, "", bench.now)
    assert bench.core.state == "closed"
    [failure] = bench.of(Fail)
    assert (failure.handle, failure.error.code) == (handle, "CONNECTION_LOST")


def test_the_key_revoked_while_away_ends_it() -> None:
    bench = Bench()
    bench.connect()
    handle = bench.call(timeout_s=300)
    bench.core.closed(1006, "", bench.now)
    bench.reconnect()
    bench.core.open_failed(401, None, "unauthorized", bench.now)
    assert bench.core.state == "closed"
    [failure] = bench.of(Fail)
    assert (failure.handle, failure.error.code) == (handle, "INVALID_API_KEY")
    late = bench.call()
    [failure] = bench.of(Fail)
    assert (failure.handle, failure.error.code) == (late, "INVALID_API_KEY")


def test_the_error_before_a_close_gives_its_message() -> None:
    bench = Bench()
    bench.connect()
    fields = {"request_id": None, "error_code": "RATE_LIMIT_EXCEEDED", "error_message": "level 3", "details": {"penalty_level": 3}}
    bench.message("error", fields, numbered=False)
    bench.core.closed(4429, "RATE_LIMIT_EXCEEDED retry_after_ms=60000", bench.now)
    state = bench.of(State)[-1]
    assert state.error is not None
    assert (state.error.message, state.error.details["penalty_level"]) == ("level 3", 3)
    assert state.error.details["close_code"] == 4429 and state.error.retry_after == 60


def test_a_close_by_the_user_fails_what_is_open_and_sends_1000() -> None:
    bench = Bench()
    bench.connect()
    handle = bench.call()
    bench.take()
    bench.core.close(bench.now)
    assert bench.of(Drop) == [Drop(1000, "")]
    [failure] = bench.of(Fail)
    assert (failure.handle, failure.error.code, failure.error.details["outcome"]) == (handle, "CONNECTION_LOST", "unknown")
    assert bench.core.next_deadline() is None
    assert bench.core.report(bench.now)["connection"]["last_error"] is None
    bench.core.close(bench.now)
    assert bench.take()[-1] == State("closed")


def test_silence_for_two_intervals_ends_the_connection_and_reconnects() -> None:
    bench = Bench()
    bench.connect()
    bench.elapse(30)
    [beat] = [message for message in bench.sent() if message["message_type"] == "heartbeat"]
    assert beat["client_id"] == "client-1"
    bench.elapse(29.9)
    assert bench.core.state == "connected"
    bench.elapse(0.1)
    assert bench.core.state == "reconnecting"
    assert [drop.code for drop in bench.of(Drop)] == [4408]
    assert bench.core.report(bench.now)["connection"]["last_error"]["error_code"] == "HEARTBEAT_TIMEOUT"


def test_an_answered_heartbeat_gives_the_round_trip_and_keeps_the_connection() -> None:
    bench = Bench()
    bench.connect()
    for _ in range(4):
        bench.elapse(30 if bench.now == 1000 else 29.975)
        beats = [message for message in bench.sent() if message["message_type"] == "heartbeat"]
        bench.now += 0.025
        echo = {"client_id": "server", "uptime": 1, "metrics": {"echo": beats[-1]["message_id"]}}
        bench.message("heartbeat", echo, numbered=False)
    assert bench.core.state == "connected"
    assert bench.core.report(bench.now)["connection"]["rtt_ms"] == pytest.approx(25)


def test_a_paused_consumer_is_no_silence_of_the_server() -> None:
    bench = Bench()
    bench.connect()
    bench.core.consumer_paused(True, bench.now)
    bench.elapse(100)
    assert bench.core.state == "connected"
    bench.core.consumer_paused(False, bench.now)
    bench.elapse(60)
    assert bench.core.state == "reconnecting"


def test_the_user_may_connect_again_after_the_end() -> None:
    bench = Bench()
    bench.connect()
    bench.core.closed(4401, "", bench.now)
    bench.connect()
    assert bench.core.state == "connected"


def test_reconnecting_is_told_as_a_local_diagnostic_with_its_delay() -> None:
    bench = Bench(random=lambda: 0.5)
    bench.connect(resumable=False)
    bench.core.closed(1006, "", bench.now)
    [told] = bench.of(DiagnosticMade)
    assert told.diagnostic.component == "client" and told.diagnostic.level == "warning"
    assert told.diagnostic.details == {"kind": "reconnecting", "attempt": 1, "delay_ms": 250, "error_code": "CONNECTION_LOST"}
    assert bench.of(SessionLost) == [SessionLost("not_resumable")]
