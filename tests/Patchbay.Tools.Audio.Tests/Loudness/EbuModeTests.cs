using System.Text.Json;

namespace Patchbay.Tools.Audio.Tests.Loudness;

/// <summary>The minimum requirements of EBU Tech 3341 Table 1 and Tech 3342 Table 1 that can be synthesized, through the tools.</summary>
public sealed class EbuModeTests
{
    public static TheoryData<string, double> Steady => new() { { "3341-1", -23 }, { "3341-2", -33 } };

    [Theory]
    [MemberData(nameof(Steady))]
    public async Task A_steady_tone_reads_the_same_on_all_three_time_scales(string name, double level)
    {
        var loudness = await MeasureAsync(Signals.Tone((20, level)));
        Assert.NotEmpty(name);
        Near(level, loudness, "momentary_lufs", 0.1);
        Near(level, loudness, "short_term_lufs", 0.1);
        Near(level, loudness, "integrated_lufs", 0.1);
    }

    [Fact]
    public async Task Case_3341_3_quiet_ends_are_gated() =>
        Near(-23, await MeasureAsync(Signals.Tone((10, -36), (60, -23), (10, -36))), "integrated_lufs", 0.1);

    [Fact]
    public async Task Case_3341_4_both_gates_work_together() =>
        Near(-23, await MeasureAsync(Signals.Tone((10, -72), (10, -36), (60, -23), (10, -36), (10, -72))), "integrated_lufs", 0.1);

    [Fact]
    public async Task Case_3341_5_what_lies_within_the_gate_counts() =>
        Near(-23, await MeasureAsync(Signals.Tone((20, -26), (20.1, -20), (20, -26))), "integrated_lufs", 0.1);

    [Fact]
    public async Task Case_3341_6_surround_channels_have_their_weights()
    {
        float[] Channel(double db) => Signals.MonoTone(Signals.Rate, 1000, (20, db));
        Near(-23, await MeasureAsync(Signals.Interleave(Channel(-28), Channel(-28), Channel(-24), Channel(-30), Channel(-30)), 5), "integrated_lufs", 0.1);
    }

    [Fact]
    public async Task The_low_frequency_channel_does_not_count()
    {
        float[] Channel(double? db) => Signals.MonoTone(Signals.Rate, 1000, (5, db));
        var with = await MeasureAsync(Signals.Interleave(Channel(-23), Channel(-23), Channel(null), Channel(-3), Channel(null), Channel(null)), 6);
        Near(-23, with, "integrated_lufs", 0.1);
    }

    [Fact]
    public async Task Case_3341_9_short_term_is_constant_after_three_seconds()
    {
        using var room = new AudioRoom();
        var (id, no) = await room.OpenAsync();
        var samples = Signals.Repeat(5, (1.34, -20), (1.66, -30));
        uint sequence = 0;
        // Pieces of 100 ms; the report after each of them from 3 s on.
        for (var at = 0; at < samples.Length; at += 9600)
        {
            await room.SendAsync(no, sequence++, (ulong)(at / 2), System.Runtime.InteropServices.MemoryMarshal.AsBytes(samples.AsSpan(at, 9600)).ToArray());
            if (at / 2 + 4800 >= 3 * Signals.Rate)
                Near(-23, Of(await room.AnalyzeAsync(id)), "short_term_lufs", 0.1);
        }
    }

    [Fact]
    public async Task Case_3341_10_the_largest_short_term_value_is_found_wherever_it_lies()
    {
        for (var i = 0; i < 20; i++)
            Near(-23, await MeasureAsync(Signals.Tone((i * 0.15, null), (3, -23), (1, null))), "short_term_max_lufs", 0.1);
    }

    [Fact]
    public async Task Case_3341_11_successive_largest_short_term_values_are_found()
    {
        using var room = new AudioRoom();
        var (id, no) = await room.OpenAsync();
        uint sequence = 0;
        for (var i = 0; i < 20; i++)
        {
            sequence = await SendAsync(room, no, sequence, Signals.Tone((i * 0.15, null), (3, -38 + i), (3 - 0.15 * i, null)));
            Near(-38 + i, Of(await room.AnalyzeAsync(id)), "short_term_max_lufs", 0.1);
        }
    }

    [Fact]
    public async Task Case_3341_12_momentary_is_constant_after_one_second()
    {
        using var room = new AudioRoom();
        var (id, no) = await room.OpenAsync();
        var samples = Signals.Repeat(25, (0.18, -20), (0.22, -30));
        uint sequence = 0;
        for (var at = 0; at + 9600 <= samples.Length; at += 9600)
        {
            await room.SendAsync(no, sequence++, (ulong)(at / 2), System.Runtime.InteropServices.MemoryMarshal.AsBytes(samples.AsSpan(at, 9600)).ToArray());
            if (at / 2 + 4800 >= Signals.Rate)
                Near(-23, Of(await room.AnalyzeAsync(id)), "momentary_lufs", 0.1);
        }
    }

    [Fact]
    public async Task Case_3341_13_the_largest_momentary_value_is_found_wherever_it_lies()
    {
        for (var i = 0; i < 20; i++)
            Near(-23, await MeasureAsync(Signals.Tone((i * 0.02, null), (0.4, -23), (1, null))), "momentary_max_lufs", 0.1);
    }

    [Fact]
    public async Task Case_3341_14_successive_largest_momentary_values_are_found()
    {
        using var room = new AudioRoom();
        var (id, no) = await room.OpenAsync();
        uint sequence = 0;
        for (var i = 0; i < 20; i++)
        {
            sequence = await SendAsync(room, no, sequence, Signals.Tone((i * 0.02, null), (0.4, -38 + i), (0.4 - 0.02 * i, null)));
            Near(-38 + i, Of(await room.AnalyzeAsync(id)), "momentary_max_lufs", 0.1);
        }
    }

    [Fact]
    public async Task Case_3342_1_range_of_two_steps_down() => Near(10, await MeasureAsync(Signals.Tone((20, -20), (20, -30))), "range_lu", 1);

    [Fact]
    public async Task Case_3342_2_range_of_two_steps_up() => Near(5, await MeasureAsync(Signals.Tone((20, -20), (20, -15))), "range_lu", 1);

    [Fact]
    public async Task Case_3342_3_range_of_twenty() => Near(20, await MeasureAsync(Signals.Tone((20, -40), (20, -20))), "range_lu", 1);

    [Fact]
    public async Task Case_3342_4_range_of_five_steps_is_stable_and_does_not_change_when_the_signal_is_repeated()
    {
        (double, double?)[] steps = [(20, -50), (20, -35), (20, -20), (20, -35), (20, -50)];
        var once = await MeasureAsync(Signals.Tone(steps));
        Near(15, once, "range_lu", 1);
        Assert.True(once.GetProperty("range_stable").GetBoolean());
        var twice = await MeasureAsync(Signals.Tone([.. steps, .. steps]));
        Near(once.GetProperty("range_lu").GetDouble(), twice, "range_lu", 0.1);
    }

    public static TheoryData<string, double, double, double, double> TruePeaks => new()
    {
        { "3341-15", 4, 0.5, 0, -6 }, { "3341-16", 4, 0.5, 45, -6 }, { "3341-17", 6, 0.5, 60, -6 }, { "3341-18", 8, 0.5, 67.5, -6 }, { "3341-19", 4, 1.41, 45, 3 },
    };

    [Theory]
    [MemberData(nameof(TruePeaks))]
    public async Task True_peaks_between_the_samples_are_found(string name, double divisor, double amplitude, double degrees, double expected)
    {
        Assert.NotEmpty(name);
        TruePeak(expected, await MeasureAsync(EbuSignals.BetweenSamples(divisor, amplitude, degrees)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Cases_3341_20_to_23_a_short_true_peak_is_found_whatever_its_phase(int offset) =>
        TruePeak(0, await MeasureAsync(EbuSignals.ShortPeak(offset)));

    [Fact]
    public async Task A_mono_stream_reads_three_below_the_same_signal_in_two_channels()
    {
        var mono = await MeasureAsync(Signals.MonoTone(Signals.Rate, 997, (5, 0)), 1);
        // BS.1770-5 Annex 1: 997 Hz at 0 dBFS in one channel is -3.01 LKFS.
        Near(-3.01, mono, "integrated_lufs", 0.01);
    }

    [Theory]
    [InlineData(8000)]
    [InlineData(11025)]
    [InlineData(16000)]
    [InlineData(44100)]
    [InlineData(96000)]
    [InlineData(192000)]
    public async Task Every_rate_reads_a_tone_the_same(int rate)
    {
        using var room = new AudioRoom();
        var report = await room.MeasureAsync(Signals.MonoTone(rate, 997, (4, -20)), 1, rate, rate / 50);
        Near(-23.01, Of(report), "integrated_lufs", 0.1);
    }

    [Fact]
    public async Task Silence_and_too_short_sounds_have_no_loudness_and_say_why()
    {
        using var room = new AudioRoom();
        var report = await room.MeasureAsync(new float[2 * 4800], 2);
        Assert.Equal(JsonValueKind.Null, Of(report).GetProperty("integrated_lufs").ValueKind);
        Assert.Equal(JsonValueKind.Null, Of(report).GetProperty("momentary_lufs").ValueKind);
        Assert.Equal("no block of 400 ms lies above -70 LUFS", report.GetProperty("not_measured").GetProperty("quality.loudness.integrated_lufs").GetString());
    }

    private static async Task<uint> SendAsync(AudioRoom room, ushort no, uint sequence, float[] samples)
    {
        for (var at = 0; at < samples.Length; at += 1920)
        {
            var count = Math.Min(1920, samples.Length - at);
            await room.SendAsync(no, sequence++, 0, System.Runtime.InteropServices.MemoryMarshal.AsBytes(samples.AsSpan(at, count)).ToArray());
        }
        return sequence;
    }

    private static async Task<JsonElement> MeasureAsync(float[] samples, int channels = 2)
    {
        using var room = new AudioRoom();
        return Of(await room.MeasureAsync(samples, channels));
    }

    private static JsonElement Of(JsonElement report) => report.GetProperty("quality").GetProperty("loudness");

    private static void Near(double expected, JsonElement loudness, string figure, double tolerance) =>
        Assert.InRange(loudness.GetProperty(figure).GetDouble(), expected - tolerance, expected + tolerance);

    // EBU Tech 3341 §2.6: +0.2, -0.4 dB.
    private static void TruePeak(double expected, JsonElement loudness) =>
        Assert.InRange(loudness.GetProperty("true_peak_dbtp").GetDouble(), expected - 0.4, expected + 0.2);
}
