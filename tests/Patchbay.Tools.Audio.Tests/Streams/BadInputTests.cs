using System.Runtime.InteropServices;
using Patchbay.Protocol.Errors;

namespace Patchbay.Tools.Audio.Tests.Streams;

/// <summary>Whatever comes is counted and named, and measures on.</summary>
public sealed class BadInputTests
{
    private static readonly byte[] Frame20 = Signals.S16(Signals.MonoTone(16000, 440, (0.02, -20)));

    [Fact]
    public async Task A_frame_for_no_stream_is_answered_once_a_second()
    {
        using var room = new AudioRoom();
        var error = await room.SendAsync(7, 0, 0, Frame20);
        Assert.Equal(ErrorCodes.InvalidMessageFormat, error!.Code);
        Assert.Equal(7, (int)error.Details!["stream_no"]!);
        Assert.Null(await room.SendAsync(7, 1, 0, Frame20));
        Assert.NotNull(await room.SendAsync(8, 1, 0, Frame20));
        room.Time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.Null(await room.SendAsync(7, 2, 0, Frame20));
        room.Time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.NotNull(await room.SendAsync(7, 3, 0, Frame20));
    }

    [Fact]
    public async Task Wrong_sizes_are_counted_as_invalid_and_named()
    {
        using var room = new AudioRoom();
        var (id, no) = await room.OpenAsync("s16le", 16000, 2);
        Assert.NotNull(await room.SendAsync(no, 0, 0, new byte[6]));
        await room.SendAsync(no, 0, 0, new byte[65_540]);
        await room.SendAsync(no, 0, 0, ReadOnlyMemory<byte>.Empty);
        Assert.Null(await room.SendAsync(no, 0, 0, new byte[65_536]));
        var report = await room.AnalyzeAsync(id);
        Assert.Equal((3, 1), (report.GetProperty("invalid_frames").GetInt32(), report.GetProperty("frames").GetInt32()));
        Assert.Contains(report.GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("title").GetString() == "Frames were refused");
    }

    [Fact]
    public async Task A_short_or_foreign_message_is_an_error_and_no_crash()
    {
        using var room = new AudioRoom();
        Assert.Equal(ErrorCodes.InvalidMessageFormat, (await room.SendRawAsync([1, 0, 0]))!.Code);
        Assert.Equal(ErrorCodes.InvalidMessageFormat, (await room.SendRawAsync([2, .. new byte[20]]))!.Code);
    }

    [Fact]
    public async Task Samples_that_are_no_numbers_do_not_poison_the_measurement()
    {
        using var room = new AudioRoom();
        var clean = Signals.MonoTone(48000, 1000, (2, -20));
        var spoiled = clean.ToArray();
        spoiled[1000] = float.NaN;
        spoiled[2000] = float.PositiveInfinity;
        spoiled[3000] = float.NegativeInfinity;
        spoiled[4000] = 1e38f;
        var (id, no) = await room.OpenAsync("f32le", 48000, 1);
        await room.StreamAsync(no, spoiled, 1);
        var report = await room.CloseAsync(id);
        Assert.Equal(4, report.GetProperty("errors").GetProperty("invalid_samples").GetInt32());
        // One channel at -20 dBFS peak: -20 - 3.01.
        Assert.Equal(-23.01, report.GetProperty("quality").GetProperty("loudness").GetProperty("integrated_lufs").GetDouble(), 0.1);
        Assert.Contains(report.GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("title").GetString() == "There are samples that are no sound");
    }

    [Fact]
    public async Task Loss_is_counted_concealed_and_rated()
    {
        using var room = new AudioRoom();
        var (id, no) = await room.OpenAsync("s16le", 8000, 1, 20);
        var frame = Signals.S16(Signals.MonoTone(8000, 400, (0.02, -20)));
        for (uint i = 0; i < 1000; i++)
        {
            if (i % 50 != 25)
                await room.SendAsync(no, i, 160UL * i, frame, received: i * 200_000L);
        }
        var report = await room.CloseAsync(id);
        var errors = report.GetProperty("errors");
        Assert.Equal((1000, 980, 20), (errors.GetProperty("expected").GetInt32(), errors.GetProperty("received").GetInt32(), errors.GetProperty("lost").GetInt32()));
        Assert.Equal((20, 0.02), (errors.GetProperty("concealed").GetProperty("frames").GetInt32(), errors.GetProperty("concealed").GetProperty("ratio").GetDouble()));
        Assert.Equal(20, report.GetProperty("duration_s").GetDouble());
        // ITU-T G.107 with 2 % loss and Bpl 25.1: Ie,eff = 95·2/(2 + 25.1) = 7.011; the 20 ms of a frame cost what is left.
        Assert.InRange(errors.GetProperty("e_model").GetProperty("r").GetDouble(), 93.2062 - 7.012 - 1.5, 93.2062 - 7.010);
        Assert.Contains(report.GetProperty("findings").EnumerateArray(), finding => finding.GetProperty("title").GetString() == "Frames are lost");
    }

    [Fact]
    public async Task Duplicates_and_latecomers_are_counted_and_not_played_twice()
    {
        using var room = new AudioRoom();
        var (id, no) = await room.OpenAsync("s16le", 16000, 1, 20);
        foreach (var sequence in (uint[])[0, 1, 1, 2, 4, 3, 5])
            await room.SendAsync(no, sequence, 320UL * sequence, Frame20);
        var report = await room.CloseAsync(id);
        var errors = report.GetProperty("errors");
        Assert.Equal((6, 7, 0, 1, 1), (errors.GetProperty("expected").GetInt32(), errors.GetProperty("received").GetInt32(), errors.GetProperty("lost").GetInt32(), errors.GetProperty("duplicate").GetInt32(), errors.GetProperty("reordered").GetInt32()));
        Assert.Equal(0.12, report.GetProperty("duration_s").GetDouble());
    }

    [Fact]
    public async Task Numbers_and_times_at_their_ends_wrap()
    {
        using var room = new AudioRoom();
        var (id, no) = await room.OpenAsync("s16le", 16000, 1, 20);
        for (uint i = 0; i < 10; i++)
            await room.SendAsync(no, unchecked(uint.MaxValue - 4 + i), unchecked(ulong.MaxValue - 1600 + 320 * i), Frame20, received: i * 200_000L);
        var report = await room.CloseAsync(id);
        Assert.Equal(0, report.GetProperty("errors").GetProperty("lost").GetInt32());
        Assert.Equal(0, report.GetProperty("errors").GetProperty("clock_leaps").GetInt32());
        Assert.Equal(0, report.GetProperty("latency").GetProperty("jitter_ms").GetProperty("max").GetDouble());
    }

    [Fact]
    public async Task A_sender_that_never_counts_is_told_so()
    {
        using var room = new AudioRoom();
        var (id, no) = await room.OpenAsync("s16le", 16000, 1, 20);
        for (var i = 0; i < 20; i++)
            await room.SendAsync(no, 0, 0, Frame20);
        var titles = (await room.CloseAsync(id)).GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("title").GetString()).ToArray();
        Assert.Contains("Frames come twice", titles);
    }

    [Fact]
    public async Task A_capture_time_that_stands_still_gives_no_latency()
    {
        using var room = new AudioRoom();
        var (id, no) = await room.OpenAsync("s16le", 16000, 1, 20);
        for (uint i = 0; i < 100; i++)
            await room.SendAsync(no, i, 0, Frame20, received: i * 200_000L);
        var report = await room.CloseAsync(id);
        Assert.Equal("capture_ts does not advance", report.GetProperty("not_measured").GetProperty("latency").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, report.GetProperty("latency").GetProperty("jitter_ms").GetProperty("current").ValueKind);
    }

    [Fact]
    public async Task A_full_queue_holds_the_sender_back_and_loses_nothing()
    {
        using var room = new AudioRoom(("QueueBytes", "131072"));
        var (id, no) = await room.OpenAsync("s16le", 8000, 1);
        var frames = room.Frames;
        var payload = MemoryMarshal.AsBytes(new short[32_768].AsSpan()).ToArray();
        uint sequence = 0;
        var held = false;
        // Four seconds of sound a frame take longer to measure than to copy: the queue of one frame and a half fills.
        while (!held && sequence < 500)
        {
            var sending = frames.ReceiveAsync(room.Session, AudioRoom.Frame(no, sequence, 32_768UL * sequence, payload), 0);
            sequence++;
            held = !sending.IsCompleted;
            Assert.Null(await sending.AsTask().WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken));
        }
        Assert.True(held);
        var report = await room.CloseAsync(id);
        Assert.Equal(sequence, report.GetProperty("frames").GetUInt32());
        Assert.Equal(0, report.GetProperty("errors").GetProperty("lost").GetInt32());
    }
}
