using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Patchbay.Protocol.Errors;

namespace Patchbay.Tools.Audio.Tests.Streams;

/// <summary>The life of streams, seen from the tools and the receiver of frames.</summary>
public sealed class StreamTests
{
    private static readonly byte[] Frame20 = Signals.S16(Signals.MonoTone(16000, 440, (0.02, -20)));

    [Fact]
    public void The_tools_have_their_names_and_their_scope()
    {
        using var room = new AudioRoom();
        Assert.Equal(["audio/analyze", "audio/close", "audio/list", "audio/open"], room.Tools.Select(tool => tool.Definition.Name).Order());
        Assert.All(room.Tools, tool => Assert.Equal("audio", tool.Definition.Scope));
    }

    [Fact]
    public void The_schemas_say_what_the_contract_says()
    {
        using var room = new AudioRoom();
        var open = Schema("audio/open");
        Assert.Equal(["channels", "codec", "sample_rate"], open.GetProperty("required").EnumerateArray().Select(name => name.GetString()!).Order());
        Assert.Equal(["s16le", "s24le", "f32le", "mulaw", "alaw", "opus"], Enum(open.GetProperty("properties").GetProperty("codec")));
        Assert.Equal(["quality", "latency", "errors"], Enum(Schema("audio/analyze").GetProperty("properties").GetProperty("metrics").GetProperty("items")));
        Assert.False(Schema("audio/list").GetProperty("additionalProperties").GetBoolean());

        JsonElement Schema(string tool) => room.Tools.Single(candidate => candidate.Definition.Name == tool).Definition.InputSchema;
        static IEnumerable<string> Enum(JsonElement schema) => schema.GetProperty("enum").EnumerateArray().Select(value => value.GetString()!);
    }

    [Fact]
    public async Task A_stream_is_opened_listed_analyzed_and_closed()
    {
        using var room = new AudioRoom();
        var (opened, _) = await room.CallAsync("audio/open", new { codec = "s16le", sample_rate = 16000, channels = 1, frame_ms = 20, label = "desk" });
        var id = opened.GetProperty("stream_id").GetString()!;
        Assert.Equal(1, opened.GetProperty("stream_no").GetInt32());
        for (uint i = 0; i < 50; i++)
            Assert.Null(await room.SendAsync(1, i, 320 * i, Frame20));

        var report = await room.AnalyzeAsync(id);
        Assert.Equal("open", report.GetProperty("state").GetString());
        Assert.Equal("s16le", report.GetProperty("codec").GetString());
        Assert.Equal(50, report.GetProperty("frames").GetInt32());
        Assert.Equal(1, report.GetProperty("duration_s").GetDouble());

        var (list, _) = await room.CallAsync("audio/list", new { });
        var item = Assert.Single(list.GetProperty("streams").EnumerateArray());
        Assert.Equal((id, "desk", 1.0, "2026-01-01T00:00:00.000Z"), (item.GetProperty("stream_id").GetString(), item.GetProperty("label").GetString(), item.GetProperty("duration_s").GetDouble(), item.GetProperty("opened_at").GetString()));

        var final = await room.CloseAsync(id);
        Assert.Equal("closed", final.GetProperty("state").GetString());
        Assert.Equal("client", final.GetProperty("closed_by").GetString());
        Assert.Empty((await room.CallAsync("audio/list", new { })).Result.GetProperty("streams").EnumerateArray());
        Assert.Equal(final.GetRawText(), (await room.CloseAsync(id)).GetRawText());
    }

    [Fact]
    public async Task Only_the_metrics_asked_for_appear()
    {
        using var room = new AudioRoom();
        var (id, no) = await room.OpenAsync("s16le", 16000, 1);
        await room.SendAsync(no, 0, 0, Frame20);
        var (report, _) = await room.CallAsync("audio/analyze", new { stream_id = id, metrics = new[] { "latency" } });
        Assert.True(report.TryGetProperty("latency", out _));
        Assert.False(report.TryGetProperty("quality", out _));
        Assert.False(report.TryGetProperty("errors", out _));
    }

    [Fact]
    public async Task The_report_has_every_field_of_the_contract()
    {
        using var room = new AudioRoom();
        var (id, no) = await room.OpenAsync("s16le", 16000, 1);
        await room.SendAsync(no, 0, 0, Frame20);
        var report = await room.AnalyzeAsync(id);
        string[] paths =
        [
            "stream_id", "state", "codec", "sample_rate", "channels", "duration_s", "frames", "findings",
            "quality.loudness.integrated_lufs", "quality.loudness.momentary_lufs", "quality.loudness.momentary_max_lufs", "quality.loudness.short_term_lufs", "quality.loudness.short_term_max_lufs",
            "quality.loudness.range_lu", "quality.loudness.range_stable", "quality.loudness.true_peak_dbtp", "quality.level.rms_dbfs", "quality.level.peak_dbfs", "quality.level.crest_db", "quality.level.dc_offset",
            "quality.clipping.events", "quality.clipping.ratio", "quality.silence.ratio", "quality.silence.segments", "quality.dropouts.count", "quality.dropouts.total_ms", "quality.clicks.count", "quality.channels",
            "quality.bandwidth.hz", "quality.bandwidth.class", "quality.hum", "quality.noise_floor_dbfs", "quality.snr.vad_db", "quality.snr.wada_db", "quality.snr.wada_applicable",
            "quality.speech.ratio", "quality.speech.segments", "quality.speech.turns",
            "latency.jitter_ms.current", "latency.jitter_ms.mean", "latency.jitter_ms.max", "latency.pdv_ms.p50", "latency.pdv_ms.p95", "latency.pdv_ms.p99", "latency.pdv_ms.p999", "latency.pdv_ms.max",
            "latency.drift_ppm", "latency.stalls.count", "latency.stalls.longest_ms", "latency.recommended_buffer_ms", "latency.real_time_factor", "latency.analysis_ms.p50", "latency.analysis_ms.p99", "latency.one_way_delay_ms",
            "errors.expected", "errors.received", "errors.lost", "errors.late", "errors.duplicate", "errors.reordered", "errors.restarts", "errors.bursts.count", "errors.bursts.density", "errors.bursts.mean_ms",
            "errors.bursts.gap_density", "errors.bursts.gap_mean_ms", "errors.gilbert.p", "errors.gilbert.q", "errors.gilbert.burst_r", "errors.concealed.frames", "errors.concealed.ratio", "errors.invalid_samples",
            "errors.e_model.r", "errors.e_model.mos", "errors.e_model.method", "errors.e_model.provisional", "errors.e_model.assumptions",
        ];
        foreach (var path in paths)
        {
            var at = report;
            foreach (var name in path.Split('.'))
                Assert.True(at.TryGetProperty(name, out at), path);
        }
        Assert.Equal(JsonValueKind.Null, report.GetProperty("latency").GetProperty("one_way_delay_ms").ValueKind);
    }

    // However a stream is cut, from one sample to a second a frame, its sound is the same to the last digit.
    [Fact]
    public void The_sound_does_not_depend_on_how_the_stream_was_cut()
    {
        var speech = Signals.S16(Data.Speech().AsSpan(0, 48_000));
        var whole = Measure(speech, [16_000]);
        Prop.ForAll(Gen.OneOf(Gen.Choose(1, 40), Gen.Choose(100, 1000), Gen.Choose(1000, 16_000)).NonEmptyListOf().ToArbitrary(), sizes => Measure(speech, [.. sizes]) == whole)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(12));
        Assert.Equal(whole, Measure(speech, [1]));

        static string Measure(byte[] speech, int[] sizes)
        {
            using var room = new AudioRoom();
            var (id, no) = room.OpenAsync("s16le", 16000, 1).GetAwaiter().GetResult();
            uint sequence = 0;
            for (var at = 0; at < speech.Length / 2;)
            {
                var count = Math.Min(sizes[sequence % sizes.Length], speech.Length / 2 - at);
                Assert.Null(room.SendAsync(no, sequence++, (ulong)at, speech.AsMemory(2 * at, 2 * count)).GetAwaiter().GetResult());
                at += count;
            }
            return room.CloseAsync(id).GetAwaiter().GetResult().GetProperty("quality").GetRawText();
        }
    }

    [Fact]
    public async Task Streams_of_one_session_do_not_mix()
    {
        using var room = new AudioRoom();
        var quiet = await room.OpenAsync("f32le", 48000, 1);
        var loud = await room.OpenAsync("f32le", 48000, 1);
        Assert.NotEqual(quiet.No, loud.No);
        await room.StreamAsync(quiet.No, Signals.MonoTone(48000, 1000, (1, -40)), 1);
        await room.StreamAsync(loud.No, Signals.MonoTone(48000, 1000, (1, -10)), 1);
        Assert.Equal(-40, Peak(await room.CloseAsync(quiet.Id)), 0.01);
        Assert.Equal(-10, Peak(await room.CloseAsync(loud.Id)), 0.01);

        static double Peak(JsonElement report) => report.GetProperty("quality").GetProperty("level").GetProperty("peak_dbfs").GetDouble();
    }

    [Fact]
    public async Task A_stream_does_not_exist_for_another_session()
    {
        using var room = new AudioRoom();
        using var other = new FakeSession("ses-2");
        var (id, no) = await room.OpenAsync("s16le", 16000, 1);
        Assert.Equal(ErrorCodes.NotFound, (await room.CallAsync("audio/analyze", new { stream_id = id }, other)).Error!.Code);
        Assert.Equal(ErrorCodes.NotFound, (await room.CallAsync("audio/close", new { stream_id = id }, other)).Error!.Code);
        Assert.Equal(ErrorCodes.InvalidMessageFormat, (await room.SendAsync(no, 0, 0, Frame20, session: other))!.Code);
        await room.CloseAsync(id);
        Assert.Equal(ErrorCodes.NotFound, (await room.CallAsync("audio/analyze", new { stream_id = id }, other)).Error!.Code);
    }

    [Fact]
    public async Task A_final_report_can_be_read_for_ten_minutes()
    {
        using var room = new AudioRoom();
        var (id, _) = await room.OpenAsync("s16le", 16000, 1);
        await room.CloseAsync(id);
        room.Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        Assert.Null((await room.CallAsync("audio/analyze", new { stream_id = id })).Error);
        room.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(ErrorCodes.NotFound, (await room.CallAsync("audio/analyze", new { stream_id = id })).Error!.Code);
    }

    [Fact]
    public async Task A_client_that_dies_leaves_a_report_that_its_key_can_read()
    {
        using var room = new AudioRoom();
        var (id, no) = await room.OpenAsync("s16le", 16000, 1);
        for (uint i = 0; i < 10; i++)
            await room.SendAsync(no, i, 320 * i, Frame20);
        room.Session.End();
        using var sameKey = new FakeSession("ses-2");
        using var otherKey = new FakeSession("ses-3", "key-2");
        var report = await EventuallyAsync(async () => (await room.CallAsync("audio/analyze", new { stream_id = id }, sameKey)).Result);
        Assert.Equal("session_ended", report.GetProperty("closed_by").GetString());
        Assert.Equal(10, report.GetProperty("frames").GetInt32());
        Assert.Equal(ErrorCodes.NotFound, (await room.CallAsync("audio/analyze", new { stream_id = id }, otherKey)).Error!.Code);
    }

    [Fact]
    public async Task A_forgotten_stream_is_closed_and_says_so()
    {
        using var room = new AudioRoom(("IdleTimeoutSeconds", "30"));
        var (id, no) = await room.OpenAsync("s16le", 16000, 1);
        await room.SendAsync(no, 0, 0, Frame20);
        room.Time.Advance(TimeSpan.FromSeconds(29));
        Assert.Equal("open", (await room.AnalyzeAsync(id)).GetProperty("state").GetString());
        room.Time.Advance(TimeSpan.FromSeconds(6));
        var report = await room.AnalyzeAsync(id);
        Assert.Equal("idle", report.GetProperty("closed_by").GetString());
        Assert.Contains(report.GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("title").GetString() == "The stream was forgotten");
    }

    [Fact]
    public async Task The_end_of_stream_flag_ends_the_stream_with_its_last_samples()
    {
        using var room = new AudioRoom();
        var (id, no) = await room.OpenAsync("s16le", 16000, 1);
        await room.SendAsync(no, 0, 0, Frame20);
        await room.SendAsync(no, 1, 320, Frame20, flags: 1);
        var report = await room.AnalyzeAsync(id);
        Assert.Equal(("closed", "end_of_stream", 0.04), (report.GetProperty("state").GetString(), report.GetProperty("closed_by").GetString(), report.GetProperty("duration_s").GetDouble()));
        Assert.NotNull(await room.SendAsync(no, 2, 640, Frame20));
    }

    [Fact]
    public async Task More_streams_than_allowed_are_refused()
    {
        using var room = new AudioRoom(("MaxStreamsPerSession", "2"), ("MaxStreams", "3"));
        await room.OpenAsync();
        await room.OpenAsync();
        var open = new { codec = "s16le", sample_rate = 8000, channels = 1 };
        Assert.Equal(ErrorCodes.ServerOverloaded, (await room.CallAsync("audio/open", open)).Error!.Code);
        using var second = new FakeSession("ses-2");
        await room.OpenAsync(session: second);
        using var third = new FakeSession("ses-3");
        Assert.Equal(ErrorCodes.ServerOverloaded, (await room.CallAsync("audio/open", open, third)).Error!.Code);
    }

    [Theory]
    [InlineData("s16le", 7999, 1, "/sample_rate")]
    [InlineData("s16le", 192_001, 1, "/sample_rate")]
    [InlineData("s16le", 8000, 0, "/channels")]
    [InlineData("s16le", 8000, 9, "/channels")]
    [InlineData("opus", 44100, 2, "/sample_rate")]
    [InlineData("opus", 48000, 3, "/channels")]
    public async Task What_cannot_be_decoded_is_refused_at_opening(string codec, int rate, int channels, string path)
    {
        using var room = new AudioRoom();
        var (_, error) = await room.CallAsync("audio/open", new { codec, sample_rate = rate, channels });
        Assert.Equal(ErrorCodes.InvalidParams, error!.Code);
        Assert.Equal(path, (string?)error.Details!["errors"]![0]!["path"]);
    }

    [Theory]
    [InlineData(8000, 1)]
    [InlineData(192_000, 8)]
    public async Task The_ends_of_the_ranges_are_taken(int rate, int channels)
    {
        using var room = new AudioRoom();
        var report = await room.MeasureAsync(Signals.Noise(rate * channels, 0.1, seed: 1), channels, rate, rate / 100);
        Assert.Equal(1, report.GetProperty("duration_s").GetDouble());
        Assert.Equal(-20, report.GetProperty("quality").GetProperty("level").GetProperty("rms_dbfs").GetDouble(), 0.2);
    }

    [Fact]
    public async Task Settings_out_of_range_stop_the_start()
    {
        await Task.CompletedTask;
        var fault = Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(() => new AudioRoom(("QueueBytes", "131071")));
        Assert.Contains("QueueBytes", fault.Message, StringComparison.Ordinal);
        using var room = new AudioRoom(("QueueBytes", "131072"));
    }

    private static async Task<JsonElement> EventuallyAsync(Func<Task<JsonElement>> ask)
    {
        for (var i = 0; i < 10_000; i++)
        {
            var answer = await ask();
            if (answer.ValueKind == JsonValueKind.Object)
                return answer;
            await Task.Yield();
        }
        throw new TimeoutException("The stream did not close.");
    }
}
