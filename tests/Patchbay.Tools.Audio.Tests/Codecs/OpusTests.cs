using System.Runtime.InteropServices;
using Patchbay.Tools.Audio.Codecs;
using Patchbay.Tools.Audio.Streams;

namespace Patchbay.Tools.Audio.Tests.Codecs;

/// <summary>Against the encoder of the system's libopus; left out where there is none.</summary>
public sealed class OpusTests
{
    [Fact]
    public void A_tone_keeps_its_energy_through_encoder_and_decoder()
    {
        var (packets, library) = EncodeTone();
        using var decoder = new OpusDecoder(library, 48000, 1);
        var collector = new Collector();
        foreach (var packet in packets)
        {
            Assert.Equal(960, decoder.SamplesIn(packet));
            Assert.Equal(0, decoder.Decode(packet, collector));
        }
        // A tone of 0.25 has a mean square of 1/32; the first frames are the codec's start.
        var meanSquare = collector.Samples.Skip(9600).Average(sample => (double)sample * sample);
        Assert.InRange(meanSquare * 32, 0.98, 1.02);
    }

    [Fact]
    public void A_lost_frame_is_concealed_in_full()
    {
        var (packets, library) = EncodeTone();
        using var decoder = new OpusDecoder(library, 48000, 1);
        var collector = new Collector();
        foreach (var packet in packets)
            decoder.Decode(packet, collector);
        collector.Samples.Clear();
        decoder.Conceal(960, collector);
        Assert.Equal(960, collector.Samples.Count);
        Assert.Contains(collector.Samples, sample => Math.Abs(sample) > 0.01);
    }

    [Fact]
    public void Bytes_that_are_no_packet_are_told()
    {
        var (_, library) = EncodeTone();
        using var decoder = new OpusDecoder(library, 48000, 1);
        Assert.Equal(-1, decoder.SamplesIn([]));
        // Code 3 with a frame count of 0 (RFC 6716 §3.2.5).
        Assert.Equal(-1, decoder.SamplesIn([0x03, 0x00]));
    }

    [Fact]
    public async Task A_stream_of_packets_counts_time_in_48_kHz_whatever_it_is_decoded_to()
    {
        var (packets, _) = EncodeTone();
        using var room = new AudioRoom();
        var (id, no) = await room.OpenAsync("opus", 16000, 1, 20);
        for (var i = 0; i < packets.Count; i++)
            Assert.Null(await room.SendAsync(no, (uint)i, (ulong)(960 * i), packets[i], received: room.Time.GetTimestamp() + i * 200_000));
        var report = await room.CloseAsync(id);
        Assert.Equal(packets.Count * 0.02, report.GetProperty("duration_s").GetDouble(), 6);
        Assert.Equal(0, report.GetProperty("latency").GetProperty("jitter_ms").GetProperty("max").GetDouble());
        Assert.True(report.GetProperty("errors").GetProperty("e_model").GetProperty("provisional").GetBoolean());
    }

    [Fact]
    public void A_system_without_the_library_has_no_Opus_and_the_welcome_says_so()
    {
        Assert.Null(OpusLibrary.Load(["libopus-that-is-not-there.so.99"]));
        Assert.Equal(["opus_unavailable"], AudioIngest.CapabilitiesWith(null));
        using var room = new AudioRoom();
        Assert.Equal(OpusLibrary.Instance is null, room.Frames.Capabilities.Contains("opus_unavailable"));
    }

    private static unsafe (List<byte[]> Packets, OpusLibrary Library) EncodeTone()
    {
        if (OpusLibrary.Instance is not { } library || !NativeLibrary.TryLoad("libopus.so.0", out var handle))
        {
            Assert.Skip("libopus is not installed.");
            return default;
        }
        var create = (delegate* unmanaged<int, int, int, int*, nint>)NativeLibrary.GetExport(handle, "opus_encoder_create");
        var encode = (delegate* unmanaged<nint, float*, int, byte*, int, int>)NativeLibrary.GetExport(handle, "opus_encode_float");
        var destroy = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(handle, "opus_encoder_destroy");
        int error;
        // 2049: OPUS_APPLICATION_AUDIO.
        var encoder = create(48000, 1, 2049, &error);
        Assert.Equal(0, error);
        var packets = new List<byte[]>();
        var pcm = new float[960];
        var buffer = new byte[4000];
        for (var frame = 0; frame < 100; frame++)
        {
            for (var i = 0; i < 960; i++)
                pcm[i] = (float)(0.25 * Math.Sin(2 * Math.PI * 1000 * (frame * 960 + i) / 48000));
            fixed (float* input = pcm)
            fixed (byte* output = buffer)
                packets.Add(buffer[..encode(encoder, input, 960, output, buffer.Length)]);
        }
        destroy(encoder);
        return (packets, library);
    }
}
