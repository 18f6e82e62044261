using System.Text.Json.Nodes;

namespace Patchbay.Tools.Audio.Tests.Streams;

/// <summary>Audio over a real WebSocket, through the whole server.</summary>
public sealed class WebSocketTests
{
    [Fact]
    public async Task Cases_of_Tech_3341_and_3342_hold_through_the_whole_server()
    {
        await using var server = await AudioServer.StartAsync();
        var steady = await server.MeasureAsync(Signals.Tone((20, -23)));
        Near(-23, steady, "momentary_lufs", 0.1);
        Near(-23, steady, "short_term_lufs", 0.1);
        Near(-23, steady, "integrated_lufs", 0.1);
        Near(-23, await server.MeasureAsync(Signals.Tone((10, -36), (60, -23), (10, -36))), "integrated_lufs", 0.1);
        Near(-23, await server.MeasureAsync(Signals.Tone((0.14, null), (0.4, -23), (1, null))), "momentary_max_lufs", 0.1);
        Near(20, await server.MeasureAsync(Signals.Tone((20, -40), (20, -20))), "range_lu", 1);
    }

    [Fact]
    public async Task Frames_are_taken_faster_than_they_are_measured_and_none_is_lost()
    {
        await using var server = await AudioServer.StartAsync();
        var (id, no) = await server.OpenAsync("s16le", 8000, 1);
        var payload = new byte[65_536];
        for (uint i = 0; i < 50; i++)
            await server.SendAsync(AudioRoom.Frame(no, i, 32_768 * i, payload));
        var report = await server.CallAsync("audio/close", new { stream_id = id });
        Assert.Equal(50 * 32_768 / 8000.0, (double)report["duration_s"]!);
        Assert.Equal(0, (int)report["errors"]!["lost"]!);
    }

    [Fact]
    public async Task A_frame_for_no_stream_is_answered_with_its_number()
    {
        await using var server = await AudioServer.StartAsync();
        await server.SendAsync(AudioRoom.Frame(9, 0, 0, new byte[2]));
        var error = await server.ReadAsync();
        Assert.Equal("INVALID_MESSAGE_FORMAT", (string?)error["error_code"]);
        Assert.Equal(9, (int)error["details"]!["stream_no"]!);
    }

    [Fact]
    public async Task Meters_come_to_who_subscribed_and_the_flag_ends_the_stream()
    {
        await using var server = await AudioServer.StartAsync();
        await server.AskAsync("events/subscribe", new { event_types = new[] { "audio.level", "audio.finding" } });
        var (id, no) = await server.OpenAsync("s16le", 16000, 1);
        var frame = Signals.S16(Signals.MonoTone(16000, 1000, (0.1, -20)));
        await server.SendAsync(AudioRoom.Frame(no, 0, 0, frame));
        await server.SendAsync(AudioRoom.Frame(no, 1, 1600, frame, flags: 1));
        var report = await server.CallAsync("audio/analyze", new { stream_id = id });
        Assert.Equal("closed", (string?)report["state"]);
        Assert.Equal("end_of_stream", (string?)report["closed_by"]);
        // Usually it came before the answer.
        var level = server.Passed.Find(IsLevel);
        while (level is null)
            level = await server.ReadAsync() is { } next && IsLevel(next) ? next : null;
        Assert.Equal(id, (string?)level["data"]!["stream_id"]);

        static bool IsLevel(JsonObject message) => (string?)message["event_type"] == "audio.level";
    }

    private static void Near(double expected, JsonObject report, string figure, double tolerance) =>
        Assert.InRange((double)report["quality"]!["loudness"]![figure]!, expected - tolerance, expected + tolerance);
}
