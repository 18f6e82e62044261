using System.Text.Json.Nodes;
using Patchbay.EndToEnd.Tests.Servers;
using Patchbay.Tools.Audio.Tests;

namespace Patchbay.EndToEnd.Tests.Audio;

/// <summary>A server that gives up forgotten streams as early as its settings allow.</summary>
public sealed class ImpatientServer : ServerFixture
{
    internal const int IdleSeconds = 10;

    protected override (string Name, string Value)[] Settings => [("Audio__IdleTimeoutSeconds", $"{IdleSeconds}")];
}

/// <summary>Streams over the wire: the contract of section 10, and what clients do wrong.</summary>
public sealed class StreamTests(ImpatientServer fixture) : IClassFixture<ImpatientServer>
{
    private const int Rate = 16000;

    private ServerProcess Server => fixture.Server;

    [Requirement("PROTO-10-08")]
    [Theory]
    [InlineData("s16le", 8000, 1)]
    [InlineData("s24le", 192_000, 8)]
    [InlineData("f32le", 48000, 2)]
    [InlineData("mulaw", 8000, 1)]
    [InlineData("alaw", 8000, 2)]
    [InlineData("opus", 48000, 2)]
    public async Task Each_codec_is_opened_with_an_id_and_a_number(string codec, int rate, int channels)
    {
        using var peer = await AudioPeer.OpenAsync(Server);
        var answer = await peer.CallAsync("audio/open", new { codec, sample_rate = rate, channels, frame_ms = 20, label = "here" });
        if (codec == "opus" && answer["error"] is { } absent)
            Assert.SkipWhen(((string)absent["message"]!).Contains("libopus", StringComparison.Ordinal), "libopus is not installed");

        var opened = answer["result"]!;
        Assert.NotEmpty((string)opened["stream_id"]!);
        Assert.InRange((int)opened["stream_no"]!, 0, ushort.MaxValue);
    }

    [Requirement("PROTO-10-09")]
    [Requirement("PROTO-10-10")]
    [Fact]
    public async Task A_stream_is_listed_analyzed_by_the_metrics_asked_for_and_closed_with_its_report()
    {
        using var peer = await AudioPeer.OpenAsync(Server);
        using var stranger = await AudioPeer.OpenAsync(Server, Server.Keys.PlainKey);
        var (id, number) = await OpenAsync(peer);
        await SendAsync(peer, number, seconds: 2);

        var part = await peer.ResultAsync("audio/analyze", new { stream_id = id, metrics = new[] { "errors" } });
        Assert.Equal(["errors"], ((string[])["quality", "latency", "errors"]).Where(section => part[section] is not null));
        var whole = await peer.ResultAsync("audio/analyze", new { stream_id = id });
        Assert.Equal(("open", "s16le", Rate, 1, 100), ((string)whole["state"]!, (string)whole["codec"]!, (int)whole["sample_rate"]!, (int)whole["channels"]!, (int)whole["frames"]!));
        // A full-scale sine would read -3.01.
        Assert.Equal(-23.01, (double)whole["quality"]!["level"]!["rms_dbfs"]!, 0.01);
        var item = Assert.Single((await peer.ResultAsync("audio/list", new { }))["streams"]!.AsArray())!;
        Assert.Equal((id, number, "s16le", Rate, 1, 2.0), ((string)item["stream_id"]!, (int)item["stream_no"]!, (string)item["codec"]!, (int)item["sample_rate"]!, (int)item["channels"]!, (double)item["duration_s"]!));

        Assert.Empty((await stranger.ResultAsync("audio/list", new { }))["streams"]!.AsArray());
        Assert.Equal("NOT_FOUND", (await stranger.CallAsync("audio/analyze", new { stream_id = id })).ErrorCode());
        var final = await peer.ResultAsync("audio/close", new { stream_id = id });
        Assert.Equal(("closed", 2.0), ((string)final["state"]!, (double)final["duration_s"]!));
        Assert.Empty((await peer.ResultAsync("audio/list", new { }))["streams"]!.AsArray());
    }

    [Requirement("PROTO-10-11")]
    [Requirement("PROTO-10-29")]
    [Fact]
    public async Task The_header_is_read_as_it_is_written_and_its_flag_ends_the_stream()
    {
        using var peer = await AudioPeer.OpenAsync(Server);
        await OpenAsync(peer);
        var (id, number) = await OpenAsync(peer);
        // Numbers that no other byte order gives: the stream's own, one lost between two frames, and a capture clock of 64 bits.
        var frame = new byte[640];
        await peer.SendAsync(number, 0x01020304, 0x0102030405060708, frame);
        await peer.SendAsync(number, 0x01020306, 0x0102030405060708 + 640, frame, flags: 1);

        var report = await peer.ResultAsync("audio/analyze", new { stream_id = id });
        Assert.Equal(("closed", "end_of_stream", 2), ((string)report["state"]!, (string)report["closed_by"]!, (int)report["frames"]!));
        Assert.Equal((3, 2, 1, 0), Errors(report, "expected", "received", "lost", "clock_leaps"));
    }

    [Requirement("PROTO-10-12")]
    [Fact]
    public async Task A_wrong_frame_is_told_once_a_second_for_each_stream_and_counts_as_invalid()
    {
        using var peer = await AudioPeer.OpenAsync(Server);
        var (id, number) = await OpenAsync(peer);
        for (var round = 0; round < 5; round++)
        {
            await peer.SendAsync(999, 0, 0, new byte[2]);
            await peer.SendAsync(number, 0, 0, new byte[3]);
            await peer.SendAsync(number, 0, 0, new byte[65_538]);
        }

        // The answer to a call comes behind all of them: what was told of the frames stands before it.
        var told = new List<JsonObject>();
        var report = await peer.ResultAsync("audio/close", new { stream_id = id }, told);
        Assert.All(told, error => Assert.Equal("INVALID_MESSAGE_FORMAT", error.ErrorCode()));
        var times = told.CountBy(error => (int)error.Details()["stream_no"]!).ToDictionary();
        Assert.Equal([number, 999], times.Keys.Order());
        // Once, or twice on a machine so slow that a second passed.
        Assert.All(times.Values, count => Assert.InRange(count, 1, 2));
        Assert.Equal((10, 0), ((int)report["invalid_frames"]!, (int)report["frames"]!));
        Assert.Contains(report["findings"]!.AsArray(), finding => (string)finding!["title"]! == "Frames were refused");
    }

    [Requirement("PROTO-10-13")]
    [Fact]
    public async Task A_client_that_dies_in_mid_stream_leaves_a_report_that_its_key_can_read()
    {
        string id;
        using (var dying = await AudioPeer.OpenAsync(Server))
        {
            (id, var number) = await OpenAsync(dying);
            await SendAsync(dying, number, seconds: 1);
            // So that all of it has arrived; a socket that is cut may lose what is on its way.
            await dying.ResultAsync("audio/list", new { });
        }

        using var next = await AudioPeer.OpenAsync(Server);
        using var stranger = await AudioPeer.OpenAsync(Server, Server.Keys.PlainKey);
        var report = await UntilAsync(next, id, report => (string?)report["state"] == "closed");
        Assert.Equal(("session_ended", 1.0), ((string)report["closed_by"]!, (double)report["duration_s"]!));
        Assert.Equal("NOT_FOUND", (await stranger.CallAsync("audio/analyze", new { stream_id = id })).ErrorCode());
    }

    [Fact]
    public async Task A_stream_that_was_opened_and_forgotten_is_closed_and_says_so()
    {
        using var peer = await AudioPeer.OpenAsync(Server);
        var started = TimeProvider.System.GetTimestamp();
        var (id, _) = await OpenAsync(peer);

        var report = await UntilAsync(peer, id, report => (string?)report["state"] == "closed");
        Assert.Equal("idle", (string)report["closed_by"]!);
        Assert.True(TimeProvider.System.GetElapsedTime(started).TotalSeconds >= ImpatientServer.IdleSeconds);
        Assert.Null((double?)report["quality"]!["loudness"]!["integrated_lufs"]);
        Assert.NotNull(report["not_measured"]!["quality.loudness.integrated_lufs"]);
    }

    [Fact]
    public async Task Samples_that_are_no_numbers_and_a_clock_that_runs_backwards_poison_nothing()
    {
        using var peer = await AudioPeer.OpenAsync(Server);
        var opened = await peer.ResultAsync("audio/open", new { codec = "f32le", sample_rate = Rate, channels = 1 });
        var (id, number) = ((string)opened["stream_id"]!, (ushort)(int)opened["stream_no"]!);
        var tone = Signals.MonoTone(Rate, 1000, (4, -20));
        (tone[100], tone[200], tone[300]) = (float.NaN, float.PositiveInfinity, float.MaxValue);
        var (sequence, at) = (uint.MaxValue - 50, 1_000_000_000ul);
        foreach (var frame in tone.Chunk(320))
        {
            // It wraps after 51 frames; a second later the clock begins anew.
            await peer.SendAsync(number, sequence++, at, System.Runtime.InteropServices.MemoryMarshal.AsBytes(frame.AsSpan()));
            at = sequence == 50 ? 0 : at + 320;
        }

        var report = await peer.ResultAsync("audio/close", new { stream_id = id });
        Assert.Equal((200, 200, 0, 1), Errors(report, "expected", "received", "lost", "clock_leaps"));
        Assert.Equal(3, (int)report["errors"]!["invalid_samples"]!);
        // -20 dBFS peak in one channel is -23.0 LUFS at 1 kHz.
        Assert.Equal(-23.0, (double)report["quality"]!["loudness"]!["integrated_lufs"]!, 0.1);
        Assert.Contains(report["findings"]!.AsArray(), finding => (string)finding!["title"]! == "There are samples that are no sound");
        Assert.Null((double?)report["latency"]!["one_way_delay_ms"]);
        Assert.NotNull(report["not_measured"]!["latency.one_way_delay_ms"]);
    }

    private static async Task<(string Id, ushort Number)> OpenAsync(AudioPeer peer)
    {
        var opened = await peer.ResultAsync("audio/open", new { codec = "s16le", sample_rate = Rate, channels = 1 });
        return ((string)opened["stream_id"]!, (ushort)(int)opened["stream_no"]!);
    }

    private static async Task SendAsync(AudioPeer peer, ushort number, double seconds)
    {
        uint sequence = 0;
        foreach (var frame in Signals.S16(Signals.MonoTone(Rate, 1000, (seconds, -20))).Chunk(640))
        {
            await peer.SendAsync(number, sequence, sequence * 320ul, frame);
            sequence++;
        }
    }

    private static (int, int, int, int) Errors(JsonNode report, string a, string b, string c, string d)
    {
        var errors = report["errors"]!;
        return ((int)errors[a]!, (int)errors[b]!, (int)errors[c]!, (int)errors[d]!);
    }

    private static async Task<JsonNode> UntilAsync(AudioPeer peer, string stream, Func<JsonNode, bool> isThere)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await peer.CallAsync("audio/analyze", new { stream_id = stream });
            if (answer["result"] is { } report && isThere(report))
                return report;
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience.Limit, answer.ToJsonString());
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }
}
