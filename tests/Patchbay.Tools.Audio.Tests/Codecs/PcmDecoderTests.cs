using Patchbay.Tools.Audio.Codecs;

namespace Patchbay.Tools.Audio.Tests.Codecs;

public sealed class PcmDecoderTests
{
    [Fact]
    public void Sixteen_bits_reach_from_minus_one_to_just_below_one() =>
        Assert.Equal([-1f, -1 / 32768f, 0, 32767 / 32768f], Decode(AudioCodec.S16le, 0x00, 0x80, 0xFF, 0xFF, 0, 0, 0xFF, 0x7F));

    [Fact]
    public void Twenty_four_bits_keep_their_sign_at_the_edges() =>
        Assert.Equal(
            [-1f, -1 / 8388608f, 1 / 8388608f, 8388607 / 8388608f],
            Decode(AudioCodec.S24le, 0x00, 0x00, 0x80, 0xFF, 0xFF, 0xFF, 0x01, 0x00, 0x00, 0xFF, 0xFF, 0x7F));

    [Fact]
    public void Floats_that_are_no_sound_become_zero_and_are_counted()
    {
        float[] samples = [0.25f, float.NaN, float.PositiveInfinity, float.NegativeInfinity, 1e30f, -0.5f, 1000, 1001];
        var collector = new Collector();
        using var decoder = new PcmDecoder(AudioCodec.F32le, 8000, 1);
        var invalid = decoder.Decode(System.Runtime.InteropServices.MemoryMarshal.AsBytes(samples.AsSpan()), collector);
        Assert.Equal(5, invalid);
        Assert.Equal([0.25f, 0, 0, 0, 0, -0.5f, 1000, 0], collector.Samples);
    }

    [Fact]
    public void A_payload_that_is_no_whole_number_of_samples_of_all_channels_is_told()
    {
        using var decoder = new PcmDecoder(AudioCodec.S24le, 8000, 2);
        Assert.Equal(2, decoder.SamplesIn(new byte[12]));
        Assert.Equal(-1, decoder.SamplesIn(new byte[9]));
    }

    [Fact]
    public void A_gap_repeats_the_last_ten_milliseconds_and_is_silent_after_sixty()
    {
        using var decoder = new PcmDecoder(AudioCodec.Mulaw, 8000, 1);
        var collector = new Collector();
        // 0x80 decodes to 32124/32768, at every sample.
        decoder.Decode(Enumerable.Repeat((byte)0x80, 160).ToArray(), collector);
        collector.Samples.Clear();
        decoder.Conceal(8000 / 10, collector);
        const float level = 32124 / 32768f;
        Assert.Equal(800, collector.Samples.Count);
        Assert.All(collector.Samples.Take(80), sample => Assert.Equal(level, sample));
        // Half way down the line that falls by a fifth in 10 ms: 35 ms into the gap, half the level.
        Assert.Equal(level / 2, collector.Samples[280], 3);
        Assert.All(collector.Samples.Skip(480), sample => Assert.Equal(0, sample));
    }

    private static IEnumerable<float> Decode(AudioCodec codec, params byte[] payload)
    {
        var collector = new Collector();
        using var decoder = new PcmDecoder(codec, 8000, 1);
        Assert.Equal(0, decoder.Decode(payload, collector));
        return collector.Samples;
    }
}
