"""Sessions on the core: numbers, acks, resume, and what a refused resume means."""

from __future__ import annotations

from core_bench import Bench, Drop, Fail, Resolve

from mcp_client._outputs import EventArrived, SessionLost


def note(bench: Bench, count: int = 1) -> None:
    for _ in range(count):
        bench.message("event", {"event_type": "note", "data": {}})


def acks(bench: Bench) -> list[int]:
    return [message["data"]["seq"] for message in bench.sent() if message.get("event_type") == "ack"]


def lose(bench: Bench) -> None:
    bench.core.closed(1006, "", bench.now)
    bench.reconnect()


def test_sixteen_messages_are_acknowledged_at_once_and_fewer_after_a_second() -> None:
    bench = Bench()
    bench.connect()  # the hello's answer has seq 1
    note(bench, 14)
    assert acks(bench) == []
    note(bench)
    assert acks(bench) == [16]
    note(bench)
    bench.elapse(0.99)
    assert acks(bench) == []
    bench.elapse(0.01)
    assert acks(bench) == [17]
    bench.elapse(5)
    assert acks(bench) == []


def test_a_fast_stream_is_acknowledged_within_the_servers_limit_of_acks() -> None:
    bench = Bench()
    bench.connect()
    times: list[float] = []
    for _ in range(300):  # 4,800 messages in 3 s
        note(bench, 16)
        bench.elapse(0.01)
        times += [bench.now for seq in acks(bench)]
    assert max(len([time for time in times if start <= time < start + 1]) for start in times) <= 17
    assert len(times) >= 24
    bench.elapse(1)
    assert acks(bench)[-1:] == [bench.seq]


def test_a_request_acknowledges_on_the_way() -> None:
    bench = Bench()
    bench.connect()
    note(bench, 3)
    bench.request("ping")
    [ping] = bench.sent()
    assert ping["ack"] == 4
    bench.elapse(2)
    assert acks(bench) == []


def test_a_copy_is_ignored_and_a_hole_ends_the_connection_and_resumes_before_it() -> None:
    bench = Bench()
    bench.connect()
    note(bench)
    bench.seq = 1
    note(bench)  # seq 2 again
    assert len(bench.of(EventArrived)) == 1
    bench.seq = 4
    note(bench)  # seq 5, but 3 and 4 are missing
    assert len(bench.of(EventArrived)) == 0
    assert [drop.code for drop in bench.of(Drop)] == [4000]
    assert bench.core.report(bench.now)["error_summary"]["violation_types"] == {"sequence_gap": 1}
    bench.reconnect()
    assert bench.resume()["last_seq"] == 2


def test_requests_in_flight_survive_and_resolve_once() -> None:
    bench = Bench()
    bench.connect()
    handles = [bench.call("a"), bench.call("b"), bench.call("c")]
    a, b, c = bench.sent()
    lose(bench)
    params = bench.resume(replayed=1, in_flight=[b["message_id"]])
    assert params == {"session_id": "ses-1", "resume_token": "t1", "epoch": 1, "last_seq": 1}
    assert bench.core.state == "reconnecting" and bench.sent() == []
    bench.answer(a, {"who": "a"})
    assert bench.core.state == "connected"
    [again] = bench.sent()  # c never arrived: the same message once more
    assert again["message_id"] == c["message_id"] and again["params"] == c["params"]
    bench.answer(b, {"who": "b"})
    bench.answer(c, {"who": "c"})
    bench.answer(c, {"who": "c again"})
    assert [(done.handle, done.result["who"]) for done in bench.of(Resolve)] == list(zip(handles, "abc"))
    assert bench.of(Fail) == []


def test_a_connection_lost_in_the_replay_goes_on_where_it_was() -> None:
    bench = Bench()
    bench.connect()
    handle = bench.call()
    [call] = bench.sent()
    lose(bench)
    bench.resume(replayed=3)
    note(bench, 2)
    lose(bench)
    params = bench.resume(replayed=1, token="t3")
    assert (params["resume_token"], params["last_seq"]) == ("t2", 3)
    bench.answer(call, {})
    assert bench.core.state == "connected"
    assert [done.handle for done in bench.of(Resolve)] == [handle]
    assert bench.sent() == []


def test_when_the_answer_to_resume_is_lost_the_old_token_serves() -> None:
    bench = Bench()
    bench.connect()
    lose(bench)
    bench.welcome()
    assert bench.sent()[0]["params"]["resume_token"] == "t1"
    lose(bench)
    assert bench.resume()["resume_token"] == "t1"


def test_a_null_token_never_replaces_one() -> None:
    bench = Bench()
    bench.connect()
    lose(bench)
    bench.welcome()
    [resume] = bench.sent()
    bench.answer(resume, {"resumed": True, "resume_token": None, "replayed": 0, "in_flight": []}, numbered=False)
    lose(bench)
    assert bench.resume()["resume_token"] == "t1"


def test_a_call_given_up_while_away_is_cancelled_when_the_session_is_back() -> None:
    bench = Bench()
    bench.connect()
    handle = bench.call()
    [call] = bench.sent()
    bench.core.closed(1006, "", bench.now)
    bench.core.cancel(handle, bench.now)
    assert [failure.error.code for failure in bench.of(Fail)] == ["REQUEST_CANCELLED"]
    bench.reconnect()
    bench.resume(in_flight=[call["message_id"]])
    [cancel] = bench.sent()
    assert (cancel["method"], cancel["params"]) == ("requests/cancel", {"request_id": call["message_id"]})


def test_a_cancel_that_may_not_have_arrived_is_sent_again_and_one_of_a_lost_session_is_not() -> None:
    bench = Bench()
    bench.connect()
    for resumed in (True, False):
        handle = bench.call()
        [call] = bench.sent()
        bench.core.cancel(handle, bench.now)
        [cancel] = bench.sent()
        lose(bench)
        if resumed:
            bench.resume(in_flight=[call["message_id"]])
            [again] = bench.sent()
            assert again == {**cancel, **({"ack": again["ack"]} if "ack" in again else {})}
            bench.answer(again, {"cancelled": True})
        else:
            bench.welcome()
            bench.answer(bench.sent()[0], {"resumed": False, "reason": "expired"}, numbered=False)
            bench.seq = 0
            bench.answer(bench.sent()[0], {"session_id": "s", "resume_token": "n", "epoch": 1})
            assert bench.sent() == []


def test_a_refused_resume_repeats_what_is_safe_and_fails_the_rest() -> None:
    bench = Bench()
    bench.connect()
    bench.request("tools/list")
    bench.answer(bench.sent()[0], {"tools": [{"name": "read", "annotations": {"readOnlyHint": True}}, {"name": "write", "annotations": {}}]})
    bench.take()
    read, write, keyed, ping = bench.call("read"), bench.call("write"), bench.call("write", idempotency_key="k"), bench.request("ping")
    old = {message["message_id"] for message in bench.sent()}
    lose(bench)
    held = bench.call("write")
    bench.welcome(session_id="ses-9")
    [resume] = bench.sent()
    bench.answer(resume, {"resumed": False, "reason": "expired"}, numbered=False)
    assert bench.of(SessionLost) == [SessionLost("expired")]
    [failure] = bench.of(Fail)
    assert (failure.handle, failure.error.code, failure.error.details["outcome"]) == (write, "CONNECTION_LOST", "unknown")
    [hello] = bench.sent()
    assert hello["method"] == "session/hello" and hello["params"]["resumable"] is True
    bench.seq = 0
    bench.answer(hello, {"session_id": "ses-9", "resume_token": "n1", "epoch": 2})
    sent = bench.sent()
    assert not old.intersection(message["message_id"] for message in sent)
    for message in sent:
        bench.answer(message, {})
    assert sorted(done.handle for done in bench.of(Resolve)) == sorted([read, keyed, ping, held])
    lose(bench)
    assert bench.resume()["session_id"] == "ses-9"


def test_an_unknown_tool_is_looked_up_on_the_new_session_before_its_call_is_repeated() -> None:
    bench = Bench()
    bench.connect(resumable=False)
    handle = bench.call("read")
    bench.sent()
    lose(bench)
    bench.hello(resumable=False)
    [listing] = bench.sent()
    assert listing["method"] == "tools/list"
    bench.answer(listing, {"tools": [{"name": "read", "annotations": {"readOnlyHint": True}}]}, numbered=False)
    [again] = bench.sent()
    bench.answer(again, {}, numbered=False)
    assert [done.handle for done in bench.of(Resolve)] == [handle]


def test_subscriptions_are_made_again_on_a_new_session_and_not_on_a_resumed_one() -> None:
    bench = Bench()
    bench.connect()
    bench.request("events/subscribe", {"event_types": ["status_update", "tools_changed"]})
    bench.core.want_diagnostics("info", ["*"], bench.now)
    for message in bench.sent():
        bench.answer(message, {"event_types": []})
    bench.request("events/unsubscribe", {"event_types": ["tools_changed"]})
    bench.answer(bench.sent()[0], {"event_types": []})
    lose(bench)
    bench.resume()
    assert bench.sent() == []
    lose(bench)
    bench.welcome()
    bench.answer(bench.sent()[0], {"resumed": False, "reason": "gap"}, numbered=False)
    bench.seq = 0
    bench.answer(bench.sent()[0], {"session_id": "s", "resume_token": "n", "epoch": 1})
    assert [(message["method"], message["params"]) for message in bench.sent()] == [
        ("events/subscribe", {"event_types": ["status_update"]}),
        ("diagnostics/subscribe", {"level": "info", "components": ["*"]}),
    ]


def test_a_replaced_session_is_not_fought_over() -> None:
    bench = Bench()
    bench.connect()
    handle = bench.call()
    bench.core.closed(4409, "replaced by a newer connection", bench.now)
    assert bench.core.state == "closed"
    assert [(failure.handle, failure.error.code) for failure in bench.of(Fail)] == [(handle, "CONNECTION_LOST")]
    bench.take()
    bench.connect()  # asks for a new session, not for the lost one


def test_a_hello_refused_for_the_moment_fails_the_attempt_and_waits() -> None:
    bench = Bench(random=lambda: 0.0)
    bench.connect(resumable=False)
    lose(bench)
    bench.welcome()
    bench.refuse(bench.sent()[0], "RATE_LIMIT_EXCEEDED", {"retry_after_ms": 9000}, numbered=False)
    assert [drop.code for drop in bench.of(Drop)] == [4000]
    before = bench.now
    bench.reconnect()
    assert bench.now - before == 9


def test_the_session_ends_with_the_connection_when_resumable_is_off() -> None:
    bench = Bench(resumable=False)
    bench.core.connect(bench.now)
    bench.welcome()
    [hello] = bench.sent()
    assert hello["params"]["resumable"] is False
    bench.answer(hello, {"session_id": "s"}, numbered=False)
    lose(bench)
    bench.welcome()
    assert bench.sent()[0]["method"] == "session/hello"


def test_a_cancel_the_user_asked_for_itself_ends_when_the_session_is_lost() -> None:
    bench = Bench()
    bench.connect(resumable=False)
    handle = bench.request("requests/cancel", {"request_id": "req-17"})
    assert len(bench.sent()) == 1
    lose(bench)
    bench.hello(resumable=False)
    [again] = bench.sent()  # it may be repeated: sent again under a new id
    bench.answer(again, {"cancelled": False}, numbered=False)
    assert [(resolved.handle, resolved.result) for resolved in bench.of(Resolve)] == [(handle, {"cancelled": False})]
