using Patchbay.Store.Executions;
using Patchbay.Store.Sessions;

namespace Patchbay.Store.Tests.Contract;

/// <summary>What every store that outlives a process gives back when it is opened again.</summary>
public abstract class DurableContract : StoreContract
{
    [Fact]
    public async Task Sessions_messages_and_their_figures_come_back()
    {
        await using (var store = Open())
        {
            store.Sessions.Create(Samples.Session("ses-1", store.Epoch));
            for (int seq = 1; seq <= 10; seq++)
                store.Sessions.Append("ses-1", seq, Samples.Utf8($"message {seq}"));
            store.Sessions.Acknowledge("ses-1", 4);
            store.Sessions.Resume("ses-1", new SessionTokens(Samples.Hash(2), Samples.Hash(1)));
            store.Sessions.SetExpiry("ses-1", new StoreTime(99_000));
        }

        await using var reopened = Open();
        var session = Assert.Single(await reopened.Sessions.ReadLiveAsync(Cancel));
        var messages = await reopened.Sessions.ReadMessagesAsync("ses-1", 0, Cancel);

        Assert.Equal((4L, 10L, 6, new StoreTime(99_000)), (session.AcknowledgedSeq, session.LastSeq, session.BufferedMessages, session.ExpiresAt));
        Assert.Equal(Samples.Hash(2), session.Tokens.Current);
        Assert.Equal(Samples.Hash(1), session.Tokens.Previous);
        Assert.Equal(Enumerable.Range(5, 6).Select(seq => $"message {seq}"), messages.Select(message => Samples.Text(message.Bytes)));
        Assert.Equal(session.Epoch, reopened.Epoch);
    }

    [Fact]
    public async Task A_seq_is_not_used_again_when_everything_was_acknowledged_before_the_restart()
    {
        await using (var store = Open())
        {
            store.Sessions.Create(Samples.Session("ses-1"));
            store.Sessions.Append("ses-1", 1, Samples.Utf8("x"));
            store.Sessions.Append("ses-1", 2, Samples.Utf8("x"));
            store.Sessions.Acknowledge("ses-1", 2);
        }

        await using var reopened = Open();

        Assert.Equal(2L, Assert.Single(await reopened.Sessions.ReadLiveAsync(Cancel)).LastSeq);
    }

    [Fact]
    public async Task A_session_goes_on_where_it_was()
    {
        await using (var store = Open())
        {
            store.Sessions.Create(Samples.Session("ses-1"));
            store.Sessions.Append("ses-1", 1, Samples.Utf8("before"));
        }

        await using var reopened = Open();
        reopened.Sessions.Create(Samples.Session("ses-2"));
        reopened.Sessions.Append("ses-2", 1, Samples.Utf8("other"));
        await Samples.Committed(reopened.Sessions.Append("ses-1", 2, Samples.Utf8("after")));

        var messages = await reopened.Sessions.ReadMessagesAsync("ses-1", 0, Cancel);
        Assert.Equal(["before", "after"], messages.Select(message => Samples.Text(message.Bytes)));
    }

    [Fact]
    public async Task The_time_the_server_was_down_ages_nothing()
    {
        StoreTime closed;
        await using (var store = Open())
        {
            store.Sessions.Create(Samples.Session("ses-1"));
            await Samples.Committed(store.Sessions.End("ses-1", SessionState.Expired));
            var begin = await store.Executions.BeginAsync(Samples.Start("ses-1", "req-1") with { Waiter = null }, Cancel);
            await Samples.Committed(store.Executions.Finish(begin.Number, Samples.Answer("{}")));
            Time.Advance(TimeSpan.FromMinutes(4));
            closed = store.Now;
        }

        Time.Advance(TimeSpan.FromHours(5));
        await using var reopened = Open();

        Assert.Equal(closed, reopened.Now);
        Time.Advance(TimeSpan.FromMinutes(6) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(SessionState.Expired, (await reopened.Sessions.FindAsync("ses-1", Cancel))!.State);
        Assert.Equal(ExecutionOutcome.Finished, (await reopened.Executions.BeginAsync(Samples.Start("ses-1", "req-1") with { Waiter = null }, Cancel)).Outcome);
        Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(await reopened.Sessions.FindAsync("ses-1", Cancel));
        Assert.Equal(ExecutionOutcome.Started, (await reopened.Executions.BeginAsync(Samples.Start("ses-1", "req-1") with { Waiter = null }, Cancel)).Outcome);
    }

    [Fact]
    public async Task Records_come_back_running_finished_and_with_those_who_wait()
    {
        await using (var store = Open())
        {
            store.Sessions.Create(Samples.Session("ses-1"));
            store.Sessions.Create(Samples.Session("ses-2"));
            await store.Executions.BeginAsync(Samples.Start("ses-1", "req-1", digest: 9, repeatable: true), Cancel);
            var done = await store.Executions.BeginAsync(Samples.Start("ses-1", "req-2", idempotencyKey: "pay-1"), Cancel);
            await store.Executions.BeginAsync(Samples.Start("ses-2", "req-5", idempotencyKey: "pay-1"), Cancel);
            store.Executions.Finish(done.Number, Samples.Answer("{\"paid\":true}"));
            store.Sessions.Append("ses-1", 1, Samples.Utf8("answer"), new ExecutionDelivery(done.Number, "req-2"));
        }

        await using var reopened = Open();
        var open = await reopened.Executions.ReadOpenAsync(Cancel);

        Assert.Equal(2, open.Count);
        Assert.Null(open[0].Answer);
        Assert.Equal(("{\"name\":\"debug/append\"}", new UInt128(ulong.MaxValue, 9)), (Samples.Text(open[0].Start.Params), open[0].Start.Digest));
        Assert.Equal([new ExecutionWaiter("ses-1", "req-1", false)], open[0].Waiters);
        Assert.Equal("{\"paid\":true}", Samples.Text(open[1].Answer!.Value.Json));
        Assert.Equal([new ExecutionWaiter("ses-2", "req-5", false)], open[1].Waiters);
        Assert.Equal(ExecutionOutcome.Running, (await reopened.Executions.BeginAsync(Samples.Start("ses-1", "req-1", digest: 9), Cancel)).Outcome);
        Assert.Equal(ExecutionOutcome.Conflict, (await reopened.Executions.BeginAsync(Samples.Start("ses-1", "req-1", digest: 8), Cancel)).Outcome);
        var paid = await reopened.Executions.BeginAsync(Samples.Start("ses-2", "req-6", idempotencyKey: "pay-1"), Cancel);
        Assert.Equal((ExecutionOutcome.Finished, "{\"paid\":true}"), (paid.Outcome, Samples.Text(paid.Answer.Json)));
    }

    [Fact]
    public async Task Everyone_who_waited_before_the_restart_can_be_answered_after_it_once()
    {
        long number;
        await using (var store = Open())
        {
            store.Sessions.Create(Samples.Session("ses-1"));
            store.Sessions.Create(Samples.Session("ses-2"));
            number = (await store.Executions.BeginAsync(Samples.Start("ses-1", "req-1", idempotencyKey: "pay-1"), Cancel)).Number;
            await store.Executions.BeginAsync(Samples.Start("ses-2", "req-2", idempotencyKey: "pay-1"), Cancel);
        }

        await using (var store = Open())
        {
            store.Executions.Finish(number, Samples.Answer("{}"));
            store.Sessions.Append("ses-2", 1, Samples.Utf8("to the second"), new ExecutionDelivery(number, "req-2"));
            await Samples.Committed(store.Barrier());
            var open = Assert.Single(await store.Executions.ReadOpenAsync(Cancel));
            Assert.Equal([new ExecutionWaiter("ses-1", "req-1", false)], open.Waiters);
            store.Sessions.Append("ses-1", 1, Samples.Utf8("to the first"), new ExecutionDelivery(number, "req-1"));
        }

        await using var after = Open();
        Assert.Empty(await after.Executions.ReadOpenAsync(Cancel));
    }

    [Fact]
    public async Task A_new_record_after_a_restart_has_a_new_number()
    {
        long before;
        await using (var store = Open())
            before = (await store.Executions.BeginAsync(Samples.Start("ses-1", "req-1") with { Waiter = null }, Cancel)).Number;

        await using var reopened = Open();
        var after = await reopened.Executions.BeginAsync(Samples.Start("ses-1", "req-2") with { Waiter = null }, Cancel);

        Assert.True(after.Number > before);
    }

    [Fact]
    public async Task What_was_dropped_or_purged_stays_away()
    {
        await using (var store = Open(new StoreOptions { MaxExecutions = 16 }))
        {
            store.Sessions.Create(Samples.Session("ses-1"));
            for (int i = 1; i <= 17; i++)
            {
                var begin = await store.Executions.BeginAsync(Samples.Start("ses-1", $"req-{i}"), Cancel);
                store.Executions.Finish(begin.Number, Samples.Answer("{}"));
                store.Sessions.Append("ses-1", i, Samples.Utf8("x"), new ExecutionDelivery(begin.Number, $"req-{i}"));
            }
        }

        await using var reopened = Open();

        Assert.Equal(16, reopened.Figures.Executions);
        Assert.Equal(ExecutionOutcome.Started, (await reopened.Executions.BeginAsync(Samples.Start("ses-1", "req-1"), Cancel)).Outcome);
        Assert.Equal(ExecutionOutcome.Finished, (await reopened.Executions.BeginAsync(Samples.Start("ses-1", "req-2"), Cancel)).Outcome);
    }
}
