using Patchbay.Store.Executions;
using Patchbay.Store.Sessions;

namespace Patchbay.Store.Tests.Contract;

/// <summary>What every store does with execute-once records.</summary>
public abstract class ExecutionContract : StoreContract
{
    [Fact]
    public async Task The_first_request_starts_and_the_same_one_again_finds_it_running()
    {
        await using var store = OpenWithSessions();

        var first = await store.Executions.BeginAsync(Samples.Start("ses-1", "req-1"), Cancel);
        var again = await store.Executions.BeginAsync(Samples.Start("ses-1", "req-1"), Cancel);

        Assert.Equal(ExecutionOutcome.Started, first.Outcome);
        Assert.Equal((ExecutionOutcome.Running, first.Number), (again.Outcome, again.Number));
        await Samples.Committed(first.Ticket);
        await Samples.Committed(again.Ticket);
    }

    [Fact]
    public async Task Other_content_under_the_same_id_is_a_conflict_running_or_finished()
    {
        await using var store = OpenWithSessions();
        var first = await store.Executions.BeginAsync(Samples.Start("ses-1", "req-1", digest: 1), Cancel);

        var running = await store.Executions.BeginAsync(Samples.Start("ses-1", "req-1", digest: 2), Cancel);
        await Samples.Committed(store.Executions.Finish(first.Number, Samples.Answer("{}")));
        var finished = await store.Executions.BeginAsync(Samples.Start("ses-1", "req-1", digest: 2), Cancel);

        Assert.Equal(ExecutionOutcome.Conflict, running.Outcome);
        Assert.Equal(ExecutionOutcome.Conflict, finished.Outcome);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_finished_one_is_answered_with_what_was_stored(bool isError)
    {
        await using var store = OpenWithSessions();
        var first = await store.Executions.BeginAsync(Samples.Start("ses-1", "req-1"), Cancel);
        var finish = store.Executions.Finish(first.Number, new ExecutionAnswer(isError, Samples.Utf8("{\"appended\":3}")));

        var atOnce = await store.Executions.BeginAsync(Samples.Start("ses-1", "req-1"), Cancel);
        await Samples.Committed(finish);
        var later = await store.Executions.BeginAsync(Samples.Start("ses-1", "req-1"), Cancel);

        foreach (var begin in (ExecutionBegin[])[atOnce, later])
        {
            Assert.Equal((ExecutionOutcome.Finished, first.Number, isError), (begin.Outcome, begin.Number, begin.Answer.IsError));
            Assert.Equal("{\"appended\":3}", Samples.Text(begin.Answer.Json));
        }
    }

    [Fact]
    public async Task The_same_id_in_another_session_or_scope_is_another_execution()
    {
        await using var store = OpenWithSessions();

        var one = await store.Executions.BeginAsync(Samples.Start("ses-1", "req-1"), Cancel);
        var two = await store.Executions.BeginAsync(Samples.Start("ses-2", "req-1"), Cancel);
        var byKey = await store.Executions.BeginAsync(Samples.Start("ses-1", "req-1", idempotencyKey: "req-1"), Cancel);

        Assert.Equal(ExecutionOutcome.Started, one.Outcome);
        Assert.Equal(ExecutionOutcome.Started, two.Outcome);
        Assert.Equal(ExecutionOutcome.Started, byKey.Outcome);
        Assert.Equal(3, new[] { one.Number, two.Number, byKey.Number }.Distinct().Count());
    }

    [Fact]
    public async Task One_idempotency_key_serves_requests_of_several_sessions_and_each_waits()
    {
        await using var store = OpenWithSessions();
        var first = await store.Executions.BeginAsync(Samples.Start("ses-1", "req-1", idempotencyKey: "pay-1"), Cancel);
        var second = await store.Executions.BeginAsync(Samples.Start("ses-2", "req-9", idempotencyKey: "pay-1"), Cancel);
        await Samples.Committed(second.Ticket);

        var open = Assert.Single(await store.Executions.ReadOpenAsync(Cancel));

        Assert.Equal(ExecutionOutcome.Running, second.Outcome);
        Assert.Equal(first.Number, open.Number);
        Assert.Equal([new ExecutionWaiter("ses-1", "req-1", false), new ExecutionWaiter("ses-2", "req-9", false)], open.Waiters.OrderBy(waiter => waiter.SessionId));
    }

    [Fact]
    public async Task The_record_lives_ten_minutes_after_its_end()
    {
        await using var store = OpenWithSessions();
        var first = await store.Executions.BeginAsync(Samples.Start("ses-1", "req-1"), Cancel);
        Time.Advance(TimeSpan.FromMinutes(30));
        var longRunning = await store.Executions.BeginAsync(Samples.Start("ses-1", "req-1"), Cancel);
        await Samples.Committed(store.Executions.Finish(first.Number, Samples.Answer("{}")));

        Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromMilliseconds(1));
        var before = await store.Executions.BeginAsync(Samples.Start("ses-1", "req-1"), Cancel);
        Time.Advance(TimeSpan.FromMilliseconds(1));
        var after = await store.Executions.BeginAsync(Samples.Start("ses-1", "req-1"), Cancel);

        Assert.Equal(ExecutionOutcome.Running, longRunning.Outcome);
        Assert.Equal(ExecutionOutcome.Finished, before.Outcome);
        Assert.Equal(ExecutionOutcome.Started, after.Outcome);
        Assert.NotEqual(first.Number, after.Number);
    }

    [Fact]
    public async Task At_the_bound_of_count_the_oldest_ended_one_goes_and_is_counted()
    {
        await using var store = OpenWithSessions(new StoreOptions { MaxExecutions = 16 });
        var numbers = new List<long>();
        for (int i = 1; i <= 16; i++)
            numbers.Add((await store.Executions.BeginAsync(Samples.Start("ses-1", $"req-{i}"), Cancel)).Number);
        store.Executions.Finish(numbers[4], Samples.Answer("{}"));
        store.Executions.Finish(numbers[2], Samples.Answer("{}"));

        var seventeenth = await store.Executions.BeginAsync(Samples.Start("ses-1", "req-17"), Cancel);
        var fifth = await store.Executions.BeginAsync(Samples.Start("ses-1", "req-3"), Cancel);

        Assert.Equal(ExecutionOutcome.Started, seventeenth.Outcome);
        Assert.Equal(ExecutionOutcome.Finished, fifth.Outcome);
        Assert.Equal((16, 1L), (store.Figures.Executions, store.Figures.EvictedExecutions));
    }

    [Fact]
    public async Task When_every_record_within_the_bound_is_running_one_more_is_refused()
    {
        await using var store = OpenWithSessions(new StoreOptions { MaxExecutions = 16 });
        for (int i = 1; i <= 16; i++)
            Assert.Equal(ExecutionOutcome.Started, (await store.Executions.BeginAsync(Samples.Start("ses-1", $"req-{i}"), Cancel)).Outcome);

        var refused = await store.Executions.BeginAsync(Samples.Start("ses-1", "req-17"), Cancel);

        Assert.Equal((ExecutionOutcome.Refused, StoreFault.Full), (refused.Outcome, await Samples.FaultAsync(refused.Ticket)));
    }

    [Fact]
    public async Task Answers_stay_within_the_bound_of_bytes()
    {
        await using var store = OpenWithSessions(new StoreOptions { MaxExecutionBytes = 64 << 10 });
        for (int i = 1; i <= 5; i++)
        {
            var begin = await store.Executions.BeginAsync(Samples.Start("ses-1", $"req-{i}"), Cancel);
            await Samples.Committed(store.Executions.Finish(begin.Number, new ExecutionAnswer(false, new byte[20 << 10])));
        }

        // Three answers of 20 KiB fit into 64 KiB, five do not: the first two are gone.
        Assert.Equal((3, 2L), (store.Figures.Executions, store.Figures.EvictedExecutions));
        Assert.Equal(ExecutionOutcome.Finished, (await store.Executions.BeginAsync(Samples.Start("ses-1", "req-3"), Cancel)).Outcome);
        Assert.Equal(ExecutionOutcome.Started, (await store.Executions.BeginAsync(Samples.Start("ses-1", "req-2"), Cancel)).Outcome);
    }

    [Fact]
    public async Task A_second_answer_is_not_taken()
    {
        await using var store = OpenWithSessions();
        var begin = await store.Executions.BeginAsync(Samples.Start("ses-1", "req-1"), Cancel);
        await Samples.Committed(store.Executions.Finish(begin.Number, Samples.Answer("{\"first\":1}")));

        Assert.Equal(StoreFault.NotFound, await Samples.FaultAsync(store.Executions.Finish(begin.Number, Samples.Answer("{\"second\":2}"))));
        Assert.Equal(StoreFault.NotFound, await Samples.FaultAsync(store.Executions.Finish(begin.Number + 1, Samples.Answer("{}"))));
        var again = await store.Executions.BeginAsync(Samples.Start("ses-1", "req-1"), Cancel);
        Assert.Equal("{\"first\":1}", Samples.Text(again.Answer.Json));
    }

    [Fact]
    public async Task A_request_waits_until_its_answer_is_stored_as_a_message()
    {
        await using var store = OpenWithSessions();
        var begin = await store.Executions.BeginAsync(Samples.Start("ses-1", "req-1"), Cancel);
        await store.Executions.BeginAsync(Samples.Start("ses-1", "req-1"), Cancel);
        await store.Executions.BeginAsync(Samples.Start("ses-1", "req-2") with { Key = Samples.Start("ses-1", "req-1").Key }, Cancel);
        store.Executions.Finish(begin.Number, Samples.Answer("{\"a\":1}"));
        await Samples.Committed(store.Sessions.Append("ses-1", 1, Samples.Utf8("the answer"), new ExecutionDelivery(begin.Number, "req-1")));

        var open = Assert.Single(await store.Executions.ReadOpenAsync(Cancel));
        await Samples.Committed(store.Sessions.Append("ses-1", 2, Samples.Utf8("again"), new ExecutionDelivery(begin.Number, "req-2")));

        Assert.Equal("{\"a\":1}", Samples.Text(open.Answer!.Value.Json));
        Assert.Equal([new ExecutionWaiter("ses-1", "req-2", false)], open.Waiters);
        Assert.Empty(await store.Executions.ReadOpenAsync(Cancel));
        Assert.Equal(2, (await store.Sessions.ReadMessagesAsync("ses-1", 0, Cancel)).Count);
    }

    [Fact]
    public async Task An_open_execution_carries_its_params_only_when_it_is_repeatable()
    {
        await using var store = OpenWithSessions();
        await store.Executions.BeginAsync(Samples.Start("ses-1", "req-1", digest: 3, repeatable: true), Cancel);
        var last = await store.Executions.BeginAsync(Samples.Start("ses-1", "req-2", repeatable: false), Cancel);
        await Samples.Committed(last.Ticket);

        var open = await store.Executions.ReadOpenAsync(Cancel);

        Assert.Equal(2, open.Count);
        Assert.Equal("{\"name\":\"debug/append\"}", Samples.Text(open[0].Start.Params));
        Assert.Equal(0, open[1].Start.Params.Length);
        Assert.Equal((true, false), (open[0].Start.Repeatable, open[1].Start.Repeatable));
        Assert.Equal(
            (new ExecutionKey(ExecutionScope.Session, "ses-1", "req-1"), new UInt128(ulong.MaxValue, 3), "key1", "tools/call", "debug/append"),
            (open[0].Start.Key, open[0].Start.Digest, open[0].Start.KeyId, open[0].Start.Method, open[0].Start.Tool));
        Assert.All(open, record => Assert.Null(record.Answer));
    }

    [Fact]
    public async Task An_abandoned_request_waits_no_more_but_its_execution_is_still_open()
    {
        await using var store = OpenWithSessions();
        var begin = await store.Executions.BeginAsync(Samples.Start("ses-1", "req-1"), Cancel);

        await Samples.Committed(store.Executions.Abandon(begin.Number, new ExecutionWaiter("ses-1", "req-1", false)));
        var open = Assert.Single(await store.Executions.ReadOpenAsync(Cancel));
        await Samples.Committed(store.Executions.Finish(begin.Number, Samples.Answer("{}")));

        Assert.Empty(open.Waiters);
        Assert.Empty(await store.Executions.ReadOpenAsync(Cancel));
    }

    [Fact]
    public async Task Nobody_waits_in_a_session_that_has_ended()
    {
        await using var store = OpenWithSessions();
        var begin = await store.Executions.BeginAsync(Samples.Start("ses-1", "req-1", idempotencyKey: "pay-1"), Cancel);
        await store.Executions.BeginAsync(Samples.Start("ses-2", "req-2", idempotencyKey: "pay-1"), Cancel);
        store.Executions.Finish(begin.Number, Samples.Answer("{}"));
        await Samples.Committed(store.Sessions.End("ses-1", SessionState.Expired));

        var open = Assert.Single(await store.Executions.ReadOpenAsync(Cancel));

        Assert.Equal([new ExecutionWaiter("ses-2", "req-2", false)], open.Waiters);
    }

    [Fact]
    public async Task A_request_for_a_session_that_is_not_there_is_refused()
    {
        await using var store = OpenWithSessions();

        var begin = await store.Executions.BeginAsync(Samples.Start("ses-9", "req-1"), Cancel);

        Assert.Equal((ExecutionOutcome.Refused, StoreFault.NotFound), (begin.Outcome, await Samples.FaultAsync(begin.Ticket)));
    }

    [Fact]
    public async Task A_request_without_a_resumable_session_has_a_record_and_no_waiter()
    {
        await using var store = OpenWithSessions();
        var start = Samples.Start("ses-9", "req-1", idempotencyKey: "pay-1") with { Waiter = null };
        var begin = await store.Executions.BeginAsync(start, Cancel);
        await Samples.Committed(begin.Ticket);

        var open = Assert.Single(await store.Executions.ReadOpenAsync(Cancel));

        Assert.Empty(open.Waiters);
        Assert.Equal(ExecutionOutcome.Running, (await store.Executions.BeginAsync(start, Cancel)).Outcome);
    }

    [Fact]
    public async Task Of_many_requests_at_once_exactly_one_starts()
    {
        await using var store = OpenWithSessions();
        using var together = new Barrier(8);
        var begins = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Factory.StartNew(
            () =>
            {
                together.SignalAndWait(Samples.Patience, Cancel);
                return store.Executions.BeginAsync(Samples.Start("ses-1", "req-1"), Cancel).AsTask().GetAwaiter().GetResult();
            },
            Cancel,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        Assert.Single(begins, begin => begin.Outcome == ExecutionOutcome.Started);
        Assert.Equal(7, begins.Count(begin => begin.Outcome == ExecutionOutcome.Running));
    }

    private IStore OpenWithSessions(StoreOptions? options = null)
    {
        var store = Open(options);
        store.Sessions.Create(Samples.Session("ses-1"));
        store.Sessions.Create(Samples.Session("ses-2"));
        return store;
    }
}
