using Microsoft.Extensions.DependencyInjection;
using Patchbay.Store;
using Patchbay.Store.Sessions;

namespace Patchbay.EndToEnd.Tests.Sessions;

/// <summary>What happens when a client does not acknowledge, or stays away too long for its buffer (protocol section 6).</summary>
public sealed class FullBufferTests
{
    private static readonly (string, string) Small = ("Session:ReplayMessages", "16");

    [Fact]
    [Requirement("PROTO-6-05", "PROTO-6-08")]
    public async Task A_reader_that_acknowledges_nothing_for_ten_seconds_with_a_full_buffer_is_closed_with_4430()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(time, Small);
        var (peer, _) = await server.OpenSessionAsync();
        using var owner = peer;
        await peer.CallAsync("req-1", "debug/stream", """{"chunks":1000,"bytes":10,"delay_ms":0}""", more: ",\"stream\":true");
        // With the answer to hello the sixteen are full, and the stream waits.
        for (var seq = 2; seq <= 16; seq++)
            Assert.Equal(seq, (int)(await peer.ReadMessageAsync())["seq"]!);
        var ending = peer.ReadToEndAsync();
        await Patience.UntilAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return ending.IsCompleted;
            },
            "The stuck reader is closed.");
        var (close, before) = await ending;
        Assert.Equal(4430, close.CloseCode);
        var error = Assert.Single(before);
        Assert.Equal(("CONNECTION_LOST", null), ((string?)error["error_code"], error["seq"]));
    }

    [Fact]
    [Requirement("PROTO-3-22", "PROTO-6-07")]
    public async Task A_full_buffer_slows_a_stream_and_progress_collapses_to_the_newest()
    {
        await using var server = await TestServer.StartAsync(time: null, Small);
        var gated = new GatedTool(server, progress: 1_000);
        var (peer, _) = await server.OpenSessionAsync();
        using var owner = peer;
        await peer.CallAsync("req-1", "test/gated");
        for (var seq = 2; seq <= 16; seq++)
            Assert.Equal(seq - 1, (int)(await peer.ReadMessageAsync())["data"]!["progress"]!);
        await Patience.UntilAsync(() => gated.IsAtGate, "All progress is told.");
        await peer.SendTextAsync("""{"id":"p","method":"ping"}""");
        // An answer to what was received goes on top of the full buffer; a compact one has its number too.
        var pong = await peer.ReadMessageAsync();
        Assert.Equal(("p", 17), ((string?)pong["id"], (int)pong["seq"]!));
        await peer.AckAsync(17);
        Assert.Equal(1_000, (int)(await peer.ReadMessageAsync())["data"]!["progress"]!);
        gated.Open();
        Assert.Equal("req-1", (string?)(await peer.ReadMessageAsync())["request_id"]);
    }

    [Fact]
    [Requirement("PROTO-6-09", "PROTO-6-17")]
    public async Task While_the_client_is_away_a_stream_waits_and_goes_on_when_it_is_back()
    {
        await using var server = await TestServer.StartAsync(time: null, Small);
        var gated = new GatedTool(server);
        var (peer, session) = await server.OpenSessionAsync();
        await peer.CallAsync("req-g", "test/gated");
        await Patience.UntilAsync(() => gated.Runs == 1, "The tool runs.");
        await peer.CallAsync("req-1", "debug/stream", """{"chunks":100,"bytes":10,"delay_ms":0}""", more: ",\"stream\":true");
        await peer.ReadMessageAsync();
        await server.LoseAsync(peer);
        var (back, result) = await server.ResumeAsync(session, lastSeq: 2);
        Assert.True((bool)result["resumed"]!);
        var chunks = 1;
        for (var seq = 3; chunks < 100; seq++)
        {
            var message = await back.ReadMessageAsync();
            Assert.True(message["data"] is not null, message.ToJsonString());
            Assert.Equal((seq, chunks), ((int)message["seq"]!, (int)message["data"]!["index"]!));
            chunks++;
            // Twenty acks a second are let through.
            if (seq % 8 == 0)
                await back.AckAsync(seq);
        }

        Assert.Equal(100, (int)(await back.AnswerAsync("req-1"))["result"]!["chunks"]!);
        gated.Open();
        await back.AnswerAsync("req-g");
        back.Dispose();
    }

    [Fact]
    [Requirement("PROTO-6-09", "PROTO-6-34")]
    public async Task An_answer_that_cannot_wait_makes_the_gap_and_is_to_be_had_by_its_key()
    {
        await using var server = await TestServer.StartAsync(time: null, Small);
        var gated = new GatedTool(server);
        var (peer, session) = await server.OpenSessionAsync();
        for (var i = 1; i <= 17; i++)
            await peer.CallAsync($"req-{i}", "test/gated", $$"""{"i":{{i}}}""", key: $"k{i}");
        await Patience.UntilAsync(() => gated.Runs == 17, "The tools run.");
        await server.LoseAsync(peer);
        gated.Open();

        // One answer too many for the buffer: from then on nothing is replayed, not even what there would have been.
        var store = server.Services.GetRequiredService<IStore>().Sessions;
        await Patience.UntilAsync(() => store.FindAsync(session.SessionId, default).AsTask().Result!.State == SessionState.Gapped, "The session has a gap.");
        var (back, result) = await server.ResumeAsync(session, lastSeq: 1);
        Assert.Equal("gap", (string?)result["reason"]);
        await back.CallAsync("req-again", "test/gated", """{"i":17}""", key: "k17");
        Assert.InRange((int)(await back.AnswerAsync("req-again"))["result"]!["run"]!, 1, 17);
        Assert.Equal(17, gated.Runs);
        back.Dispose();
    }
}
