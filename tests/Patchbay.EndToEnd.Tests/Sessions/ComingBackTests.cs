namespace Patchbay.EndToEnd.Tests.Sessions;

/// <summary>Losing a connection and coming back (protocol section 6), over real sockets.</summary>
public sealed class ComingBackTests
{
    [Fact]
    [Requirement("PROTO-5-05", "PROTO-6-41", "PROTO-6-43")]
    public async Task What_is_replayed_of_the_answer_to_hello_has_no_token_and_a_resume_acknowledges()
    {
        await using var server = await TestServer.StartAsync();
        var (peer, session) = await server.OpenSessionAsync();
        await server.LoseAsync(peer);
        var (second, result) = await server.ResumeAsync(session, lastSeq: 0);
        Assert.Equal(1, (int)result["replayed"]!);
        var hello = await second.ReadMessageAsync();
        Assert.Equal((1, session.SessionId), ((int)hello["seq"]!, (string?)hello["result"]!["session_id"]));
        Assert.True(hello["result"]!.AsObject().TryGetPropertyValue("resume_token", out var token));
        Assert.Null(token);
        var renewed = session with { Token = (string)result["resume_token"]! };
        await server.LoseAsync(second);
        var (third, again) = await server.ResumeAsync(renewed, lastSeq: 1);
        Assert.Equal(0, (int)again["replayed"]!);
        await server.LoseAsync(third);
        Assert.Equal("gap", await server.ReasonAsync(renewed with { Token = (string)again["resume_token"]! }, lastSeq: 0));
    }

    [Fact]
    [Requirement("PROTO-6-11")]
    public async Task Who_comes_back_is_who_it_was_and_is_told_what_it_had_subscribed_to()
    {
        await using var server = await TestServer.StartAsync();
        var (peer, session) = await server.OpenSessionAsync();
        await peer.SendTextAsync(ResumablePeer.Request("req-s", "events/subscribe", """{"event_types":["tools_changed"]}"""));
        await peer.AnswerAsync("req-s");
        await server.LoseAsync(peer);
        var (back, _) = await server.ResumeAsync(session, lastSeq: 2);
        _ = new GatedTool(server);
        var changed = await back.ReadMessageAsync();
        Assert.Equal(("tools_changed", 3), ((string?)changed["event_type"], (int)changed["seq"]!));
        await back.SendTextAsync(Servers.Peers.Envelope("heartbeat", "hb-1", ",\"client_id\":\"x\",\"uptime\":1"));
        Assert.Equal(session.ClientId, (string?)(await back.ReadMessageAsync())["client_id"]);
        back.Dispose();
    }

    [Fact]
    [Requirement("PROTO-6-06", "PROTO-6-32")]
    public async Task A_session_is_kept_for_its_time_and_its_reason_for_ten_minutes_more()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(time);
        var gated = new GatedTool(server);
        var (peer, session) = await server.OpenSessionAsync();
        await peer.CallAsync("req-1", "test/gated", more: ",\"timeout_ms\":300000");
        await Patience.UntilAsync(() => gated.Runs == 1, "The tool runs.");
        await server.LoseAsync(peer);
        time.Advance(TimeSpan.FromSeconds(119));
        var (back, result) = await server.ResumeAsync(session, lastSeq: 1);
        Assert.Equal(["req-1"], result["in_flight"]!.AsArray().Select(id => (string)id!));
        var renewed = session with { Token = (string)result["resume_token"]! };
        await server.LoseAsync(back);
        Assert.False(gated.Token.IsCancellationRequested);
        time.Advance(TimeSpan.FromSeconds(120));
        Assert.Equal("expired", await server.ReasonAsync(renewed, lastSeq: 1));
        await Patience.UntilAsync(() => gated.Token.IsCancellationRequested, "The call of the session that is over is stopped.");
        time.Advance(TimeSpan.FromSeconds(590));
        Assert.Equal("expired", await server.ReasonAsync(renewed, lastSeq: 1));
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal("unknown_session", await server.ReasonAsync(renewed, lastSeq: 1));
    }

    [Fact]
    [Requirement("PROTO-6-12")]
    public async Task A_resume_is_not_counted_and_passes_in_a_cooldown()
    {
        await using var server = await TestServer.StartAsync(time: null, ("RateLimit:MessagesPerMinute", "3"));
        var (peer, session) = await server.OpenSessionAsync();
        for (var i = 0; i < 2; i++)
        {
            await peer.SendTextAsync(ResumablePeer.Request($"req-{i}", "ping", "{}"));
            Assert.NotNull((await peer.ReadMessageAsync())["result"]);
        }

        // More than ten refusals in a minute: the second level, where all but signs of life is refused.
        for (var i = 2; i < 13; i++)
        {
            await peer.SendTextAsync(ResumablePeer.Request($"req-{i}", "ping", "{}"));
            var refused = await peer.ReadMessageAsync();
            Assert.Equal("RATE_LIMIT_EXCEEDED", (string?)refused["error_code"]);
        }

        await server.LoseAsync(peer);
        var (back, result) = await server.ResumeAsync(session, lastSeq: 14);
        Assert.True((bool)result["resumed"]!);
        await back.SendTextAsync(ResumablePeer.Request("req-after", "ping", "{}"));
        Assert.Equal("RATE_LIMIT_EXCEEDED", (string?)(await back.ReadMessageAsync())["error_code"]);
        back.Dispose();
    }

    [Fact]
    [Requirement("PROTO-6-14")]
    public async Task The_first_reason_that_holds_is_told_and_nothing_is_replayed()
    {
        await using var server = await TestServer.StartAsync();
        var (peer, session) = await server.OpenSessionAsync();
        using var _ = peer;
        Assert.Equal("unknown_session", await server.ReasonAsync(session with { SessionId = "ses-other", Token = "x", Epoch = 7 }, 99));
        Assert.Equal("token_invalid", await server.ReasonAsync(session with { Token = "x", Epoch = 7 }, 99));
        Assert.Equal("epoch_changed", await server.ReasonAsync(session with { Epoch = session.Epoch + 1 }, 99));
        Assert.Equal("gap", await server.ReasonAsync(session, 99));

        // The connection that was refused goes on with its own session, and so does the one that has this one.
        var (refused, result) = await server.ResumeAsync(session, 99);
        Assert.False((bool)result["resumed"]!);
        foreach (var each in (RawPeer[])[refused, peer])
        {
            await each.SendTextAsync(ResumablePeer.Request("req-p", "ping", "{}"));
            Assert.Equal("req-p", (string?)(await each.ReadMessageAsync())["request_id"]);
        }

        refused.Dispose();
    }

    [Fact]
    [Requirement("PROTO-6-20")]
    public async Task Of_many_who_resume_at_once_the_last_has_the_session_and_the_others_are_told()
    {
        await using var server = await TestServer.StartAsync();
        var (peer, session) = await server.OpenSessionAsync();
        await server.LoseAsync(peer);
        var peers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => RawPeer.OpenAsync(server.Url)));
        await Task.WhenAll(peers.Select(each => each.SendTextAsync(ResumablePeer.ResumeText(session, 1))));
        var results = await Task.WhenAll(peers.Select(each => each.ReadMessageAsync()));

        // Nobody has spoken yet, so that the token they all have was valid for each, or the one before was.
        var resumed = Enumerable.Range(0, 8).Where(i => (bool)results[i]["result"]!["resumed"]!).ToList();
        Assert.All(Enumerable.Range(0, 8).Except(resumed), i => Assert.Equal("token_invalid", (string?)results[i]["result"]!["reason"]));
        var live = new List<int>();
        foreach (var i in resumed)
        {
            await peers[i].SendTextAsync(ResumablePeer.Request($"req-{i}", "ping", "{}"));
            var next = await peers[i].ReadMessageAsync();
            if ((string?)next["request_id"] == $"req-{i}")
                live.Add(i);
            else
                Assert.Equal(("CONNECTION_LOST", 4409), ((string?)next["error_code"], (await peers[i].ReadToEndAsync()).Close.CloseCode));
        }

        Assert.Single(live);
        foreach (var each in peers)
            each.Dispose();
    }
}
