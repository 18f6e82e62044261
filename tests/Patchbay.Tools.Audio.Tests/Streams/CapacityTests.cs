using Patchbay.Tools.Audio.Codecs;
using Patchbay.Tools.Audio.Streams;

namespace Patchbay.Tools.Audio.Tests.Streams;

public sealed class CapacityTests
{
    [Fact]
    public async Task Many_streams_of_many_sessions_are_measured_side_by_side_while_they_are_asked()
    {
        using var room = new AudioRoom();
        var samples = Signals.MonoTone(16000, 1000, (1, -20));
        await Task.WhenAll(Enumerable.Range(0, 16).Select(async i =>
        {
            using var session = new FakeSession($"ses-many-{i}");
            var (id, no) = await room.OpenAsync("s16le", 16000, 1, 20, session);
            var bytes = Signals.S16([.. samples.Select(sample => sample * (1 - i * 0.05f))]);
            for (uint frame = 0; frame < 50; frame++)
            {
                Assert.Null(await room.SendAsync(no, frame, 320 * frame, bytes.AsMemory((int)frame * 640, 640), session: session));
                if (frame % 10 == 9)
                {
                    var (report, _) = await room.CallAsync("audio/analyze", new { stream_id = id }, session);
                    Assert.Equal(frame + 1, report.GetProperty("frames").GetUInt32());
                }
            }
            var (final, _) = await room.CallAsync("audio/close", new { stream_id = id }, session);
            Assert.Equal(-20 + 20 * Math.Log10(1 - i * 0.05), final.GetProperty("quality").GetProperty("level").GetProperty("peak_dbfs").GetDouble(), 0.01);
        }));
    }

    [Theory]
    [InlineData(AudioCodec.S16le, 16000, 1)]
    [InlineData(AudioCodec.Mulaw, 8000, 1)]
    [InlineData(AudioCodec.F32le, 48000, 2)]
    public void A_frame_of_a_steady_stream_allocates_nothing(AudioCodec codec, int rate, int channels)
    {
        using var stream = new StreamMeasurements(new StreamFormat(codec, rate, channels, 20), 10_000_000, -60);
        var payload = new byte[rate / 50 * channels * PcmFormat.Of(codec).BytesPerSample];
        uint sequence = 0;
        void Run(int frames)
        {
            for (var end = sequence + frames; sequence < end; sequence++)
            {
                stream.Take(new FrameHeader(false, 1, sequence, (ulong)(sequence * (rate / 50))), payload, sequence * 200_000L);
                stream.Analyzed(0, 1000);
            }
        }
        Run(300);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(300);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_stream_with_a_full_queue_stays_below_a_mebibyte()
    {
        var format = new StreamFormat(AudioCodec.F32le, 48000, 2, 20);
        // The first stream brings in what all of them share: weights, windows, filters.
        new StreamMeasurements(format, 10_000_000, -60).Dispose();
        var before = GC.GetAllocatedBytesForCurrentThread();
        using var stream = new StreamMeasurements(format, 10_000_000, -60);
        var ring = new FrameRing(new AudioOptions().QueueBytes);
        var frame = new byte[7696];
        while (ring.TryAdd(frame, 0))
        {
        }
        // Everything allocated on the way, the smaller rings before the last included.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 100_000, 1 << 20);
    }
}
