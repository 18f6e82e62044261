using Patchbay.Store.Sessions;

namespace Patchbay.Store.Tests.Contract;

/// <summary>What every store does with sessions.</summary>
public abstract class SessionContract : StoreContract
{
    [Fact]
    public async Task A_session_is_found_as_it_was_created()
    {
        await using var store = Open();
        await Samples.Committed(store.Sessions.Create(Samples.Session("ses-1") with { Tokens = new SessionTokens(Samples.Hash(1), Samples.Hash(2)) }));

        var found = await store.Sessions.FindAsync("ses-1", Cancel);

        Assert.NotNull(found);
        Assert.Equal(("client-ses-1", "key1", 1L, SessionState.Live), (found.ClientId, found.KeyId, found.Epoch, found.State));
        Assert.Equal(Samples.Hash(1), found.Tokens.Current);
        Assert.Equal(Samples.Hash(2), found.Tokens.Previous);
        Assert.Equal("[\"status_update\"]", Samples.Text(found.Subscriptions));
        Assert.Equal((0L, 0L, 0, 0L), (found.LastSeq, found.AcknowledgedSeq, found.BufferedMessages, found.BufferedBytes));
        Assert.Null(found.ExpiresAt);
        Assert.Null(found.EndedAt);
    }

    [Fact]
    public async Task An_unknown_session_is_not_found_and_takes_no_write()
    {
        await using var store = Open();

        Assert.Null(await store.Sessions.FindAsync("ses-none", Cancel));
        Assert.Empty(await store.Sessions.ReadMessagesAsync("ses-none", 0, Cancel));
        CommitTicket[] tickets =
        [
            store.Sessions.Append("ses-none", 1, Samples.Utf8("{}")), store.Sessions.Acknowledge("ses-none", 1),
            store.Sessions.Resume("ses-none", new SessionTokens(Samples.Hash(1))), store.Sessions.ForgetPreviousToken("ses-none"),
            store.Sessions.SetExpiry("ses-none", null), store.Sessions.SetSubscriptions("ses-none", default),
            store.Sessions.End("ses-none", SessionState.Closed),
        ];
        foreach (var ticket in tickets)
            Assert.Equal(StoreFault.NotFound, await Samples.FaultAsync(ticket));
    }

    [Fact]
    public async Task Messages_come_back_in_order_after_the_seq_asked_for()
    {
        await using var store = Open();
        store.Sessions.Create(Samples.Session("ses-1"));
        store.Sessions.Create(Samples.Session("ses-2"));
        for (int seq = 1; seq <= 20; seq++)
        {
            store.Sessions.Append("ses-1", seq, Samples.Utf8($"one {seq}"));
            store.Sessions.Append("ses-2", seq, Samples.Utf8($"two {seq}"));
        }

        await Samples.Committed(store.Barrier());
        var messages = await store.Sessions.ReadMessagesAsync("ses-1", 5, Cancel);

        Assert.Equal(Enumerable.Range(6, 15).Select(seq => $"one {seq}"), messages.Select(message => Samples.Text(message.Bytes)));
        Assert.Equal(Enumerable.Range(6, 15).Select(seq => (long)seq), messages.Select(message => message.Seq));
    }

    [Fact]
    public async Task An_acknowledgement_drops_the_prefix_and_nothing_else()
    {
        await using var store = Open();
        store.Sessions.Create(Samples.Session("ses-1"));
        for (int seq = 1; seq <= 5; seq++)
            store.Sessions.Append("ses-1", seq, Samples.Utf8("12345"));

        await Samples.Committed(store.Sessions.Acknowledge("ses-1", 3));
        await Samples.Committed(store.Sessions.Acknowledge("ses-1", 2));

        var found = await store.Sessions.FindAsync("ses-1", Cancel);
        Assert.Equal((3L, 5L, 2, 10L), (found!.AcknowledgedSeq, found.LastSeq, found.BufferedMessages, found.BufferedBytes));
        Assert.Equal([4L, 5L], (await store.Sessions.ReadMessagesAsync("ses-1", 0, Cancel)).Select(message => message.Seq));
    }

    [Fact]
    public async Task Messages_are_the_same_however_often_their_client_goes_away()
    {
        await using var store = Open();
        store.Sessions.Create(Samples.Session("ses-1"));
        string[] texts = ["one", "", "three", new string('x', 100_000), "five", "six", "seven"];
        for (int seq = 1; seq <= texts.Length; seq++)
        {
            store.Sessions.Append("ses-1", seq, Samples.Utf8(texts[seq - 1]));
            if (seq % 2 == 0)
                store.Sessions.SetExpiry("ses-1", new StoreTime(seq * 1_000));
            if (seq == 5)
                store.Sessions.Acknowledge("ses-1", 2);
        }

        await Samples.Committed(store.Barrier());
        var messages = await store.Sessions.ReadMessagesAsync("ses-1", 0, Cancel);
        var found = await store.Sessions.FindAsync("ses-1", Cancel);

        Assert.Equal(texts[2..], messages.Select(message => Samples.Text(message.Bytes)));
        Assert.Equal((5, texts[2..].Sum(text => (long)text.Length)), (found!.BufferedMessages, found.BufferedBytes));
    }

    [Fact]
    public async Task The_last_seq_is_known_when_every_message_is_acknowledged()
    {
        await using var store = Open();
        store.Sessions.Create(Samples.Session("ses-1"));
        for (int seq = 1; seq <= 5; seq++)
            store.Sessions.Append("ses-1", seq, Samples.Utf8("x"));

        await Samples.Committed(store.Sessions.Acknowledge("ses-1", 5));
        await Samples.Committed(store.Sessions.Acknowledge("ses-1", 5));

        var found = await store.Sessions.FindAsync("ses-1", Cancel);
        Assert.Equal((5L, 5L, 0), (found!.AcknowledgedSeq, found.LastSeq, found.BufferedMessages));
    }

    [Fact]
    public async Task An_acknowledgement_from_the_future_does_not_move_the_last_seq()
    {
        await using var store = Open();
        store.Sessions.Create(Samples.Session("ses-1"));
        store.Sessions.Append("ses-1", 1, Samples.Utf8("x"));

        await Samples.Committed(store.Sessions.Acknowledge("ses-1", 1000));

        Assert.Equal(1L, (await store.Sessions.FindAsync("ses-1", Cancel))!.LastSeq);
    }

    [Fact]
    public async Task A_resume_rotates_the_tokens_and_the_previous_one_can_be_forgotten()
    {
        await using var store = Open();
        store.Sessions.Create(Samples.Session("ses-1"));
        store.Sessions.SetExpiry("ses-1", new StoreTime(120_000));

        await Samples.Committed(store.Sessions.Resume("ses-1", new SessionTokens(Samples.Hash(2), Samples.Hash(1))));
        var resumed = await store.Sessions.FindAsync("ses-1", Cancel);
        await Samples.Committed(store.Sessions.ForgetPreviousToken("ses-1"));
        var settled = await store.Sessions.FindAsync("ses-1", Cancel);

        Assert.Equal(Samples.Hash(2), resumed!.Tokens.Current);
        Assert.Equal(Samples.Hash(1), resumed.Tokens.Previous);
        Assert.Null(resumed.ExpiresAt);
        Assert.Equal(Samples.Hash(2), settled!.Tokens.Current);
        Assert.Null(settled.Tokens.Previous);
    }

    [Fact]
    public async Task Expiry_and_subscriptions_are_replaced()
    {
        await using var store = Open();
        store.Sessions.Create(Samples.Session("ses-1"));

        store.Sessions.SetExpiry("ses-1", new StoreTime(120_000));
        await Samples.Committed(store.Sessions.SetSubscriptions("ses-1", default));

        var found = await store.Sessions.FindAsync("ses-1", Cancel);
        Assert.Equal(new StoreTime(120_000), found!.ExpiresAt);
        Assert.Equal(0, found.Subscriptions.Length);
    }

    [Theory]
    [InlineData(SessionState.Closed)]
    [InlineData(SessionState.Expired)]
    public async Task The_reason_of_an_ended_session_is_kept_for_ten_minutes(SessionState state)
    {
        await using var store = Open();
        store.Sessions.Create(Samples.Session("ses-1"));
        store.Sessions.Append("ses-1", 1, Samples.Utf8("x"));
        await Samples.Committed(store.Sessions.End("ses-1", state));

        Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromMilliseconds(1));
        var before = await store.Sessions.FindAsync("ses-1", Cancel);
        Time.Advance(TimeSpan.FromMilliseconds(1));
        var after = await store.Sessions.FindAsync("ses-1", Cancel);

        Assert.Equal(state, before!.State);
        Assert.Equal((1L, 0), (before.LastSeq, before.BufferedMessages));
        Assert.Null(after);
    }

    [Fact]
    public async Task An_ended_session_takes_no_further_write_and_is_not_live()
    {
        await using var store = Open();
        store.Sessions.Create(Samples.Session("ses-1"));
        store.Sessions.Create(Samples.Session("ses-2"));
        await Samples.Committed(store.Sessions.End("ses-1", SessionState.Closed));

        Assert.Equal(StoreFault.NotFound, await Samples.FaultAsync(store.Sessions.Append("ses-1", 1, Samples.Utf8("x"))));
        Assert.Equal(StoreFault.NotFound, await Samples.FaultAsync(store.Sessions.Resume("ses-1", new SessionTokens(Samples.Hash(3)))));
        Assert.Equal(StoreFault.NotFound, await Samples.FaultAsync(store.Sessions.End("ses-1", SessionState.Expired)));
        Assert.Equal(SessionState.Closed, (await store.Sessions.FindAsync("ses-1", Cancel))!.State);
        Assert.Equal(["ses-2"], (await store.Sessions.ReadLiveAsync(Cancel)).Select(session => session.Id));
    }

    [Fact]
    public async Task A_gapped_session_takes_no_message_and_no_resume_but_can_still_expire()
    {
        await using var store = Open();
        store.Sessions.Create(Samples.Session("ses-1"));
        store.Sessions.Append("ses-1", 1, Samples.Utf8("x"));
        await Samples.Committed(store.Sessions.End("ses-1", SessionState.Gapped));

        var gapped = await store.Sessions.FindAsync("ses-1", Cancel);
        Assert.Equal((SessionState.Gapped, 0, 1L), (gapped!.State, gapped.BufferedMessages, gapped.LastSeq));
        Assert.Null(gapped.EndedAt);
        Assert.Equal(StoreFault.NotFound, await Samples.FaultAsync(store.Sessions.Append("ses-1", 2, Samples.Utf8("x"))));
        Assert.Equal(StoreFault.NotFound, await Samples.FaultAsync(store.Sessions.Resume("ses-1", new SessionTokens(Samples.Hash(3)))));
        await Samples.Committed(store.Sessions.End("ses-1", SessionState.Expired));
        Assert.Equal(SessionState.Expired, (await store.Sessions.FindAsync("ses-1", Cancel))!.State);
    }

    [Fact]
    public async Task The_id_of_a_session_is_used_once()
    {
        await using var store = Open();
        store.Sessions.Create(Samples.Session("ses-1"));

        Assert.Throws<InvalidOperationException>(() => store.Sessions.Create(Samples.Session("ses-1")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(4)]
    public async Task A_seq_that_is_used_or_leaves_a_gap_is_a_fault_of_the_caller(long seq)
    {
        await using var store = Open();
        store.Sessions.Create(Samples.Session("ses-1"));
        store.Sessions.Append("ses-1", 1, Samples.Utf8("x"));
        await Samples.Committed(store.Sessions.Append("ses-1", 2, Samples.Utf8("x")));

        Assert.Throws<ArgumentOutOfRangeException>(() => store.Sessions.Append("ses-1", seq, Samples.Utf8("y")));
        await Samples.Committed(store.Sessions.Append("ses-1", 3, Samples.Utf8("x")));
    }

    [Fact]
    public async Task A_message_may_be_empty_or_a_mebibyte()
    {
        await using var store = Open();
        byte[] large = new byte[1 << 20];
        new Random(5).NextBytes(large);
        store.Sessions.Create(Samples.Session("ses-1"));
        store.Sessions.Append("ses-1", 1, default);
        await Samples.Committed(store.Sessions.Append("ses-1", 2, large));

        var messages = await store.Sessions.ReadMessagesAsync("ses-1", 0, Cancel);

        Assert.Equal(0, messages[0].Bytes.Length);
        Assert.True(messages[1].Bytes.Span.SequenceEqual(large));
    }
}
