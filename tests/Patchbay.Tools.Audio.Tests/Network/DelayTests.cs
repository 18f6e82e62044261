using Patchbay.Tools.Audio.Network;

namespace Patchbay.Tools.Audio.Tests.Network;

public sealed class DelayTests
{
    // Every difference is 8 ms: J follows 8 (1 - (15/16)^n).
    [Fact]
    public void Jitter_follows_the_closed_form_of_its_recursion()
    {
        var jitter = new JitterMeter();
        for (var i = 0; i <= 40; i++)
            jitter.Add(i * 0.020 + (i % 2) * 0.008, i * 0.020);
        Assert.Equal(0.008 * (1 - Math.Pow(15.0 / 16, 40)), jitter.Current, 9);
        Assert.Equal(jitter.Current, jitter.Max, 12);
        // The mean of a geometric approach: 8 (1 - (1/40) Σ (15/16)^n), n = 1..40.
        var q = 15.0 / 16;
        Assert.Equal(0.008 * (1 - q * (1 - Math.Pow(q, 40)) / (1 - q) / 40), jitter.Mean!.Value, 9);
    }

    [Fact]
    public void Delay_variation_has_the_percentiles_of_its_frames()
    {
        var meter = new NetworkMeter(48000, 20);
        // Frame i is i/10 ms late, once each in a mixed order: 0 to 99.9 ms.
        for (var i = 0; i < 1000; i++)
            meter.Take((uint)i, (ulong)(960 * i), i * 0.020 + i * 7 % 1000 * 1e-4, 0.020);
        var figures = meter.Delays.Measure(null, 0.020, live: true);
        Assert.Equal(49.9, figures.PercentileMs(0.5)!.Value, 6);
        Assert.Equal(94.9, figures.PercentileMs(0.95)!.Value, 6);
        Assert.Equal(98.9, figures.PercentileMs(0.99)!.Value, 6);
        Assert.Equal(99.8, figures.PercentileMs(0.999)!.Value, 6);
        Assert.Equal(99.9, figures.PercentileMs(1)!.Value, 6);
        // Ten may be late: the eleventh largest is 98.9 ms, in whole frames 100 ms.
        Assert.Equal(0.100, figures.BufferS!.Value, 9);
        Assert.Equal(0, figures.Late);
    }

    [Theory]
    [InlineData(2, 0, 2)]
    [InlineData(3, 0.08, 0)]
    public void The_recommended_buffer_lets_one_in_a_hundred_be_late(int latecomers, double buffer, int late)
    {
        var meter = new NetworkMeter(8000, 20);
        for (var i = 0; i < 200; i++)
            meter.Take((uint)i, (ulong)(160 * i), i * 0.020 + (i % 60 == 30 && i / 60 < latecomers ? 0.075 : 0), 0.020);
        var figures = meter.Delays.Measure(null, 0.020, meter.Live);
        Assert.Equal(buffer, figures.BufferS!.Value, 9);
        Assert.Equal(late, figures.Late);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(-250)]
    [InlineData(0)]
    public void Drift_is_found_under_jitter(double ppm)
    {
        var random = new Random(5);
        var meter = new NetworkMeter(48000, 20);
        for (var i = 0; i < 6000; i++)
            meter.Take((uint)i, (ulong)(960 * i), 0.5 + i * 0.020 * (1 + ppm * 1e-6) + random.NextDouble() * random.NextDouble() * 0.030, 0.020);
        Assert.InRange(meter.Drift.Slope!.Value * 1e6, ppm - 10, ppm + 10);
    }

    [Fact]
    public void Steady_drift_is_no_delay_variation()
    {
        var meter = new NetworkMeter(48000, 20);
        for (var i = 0; i < 6000; i++)
            meter.Take((uint)i, (ulong)(960 * i), i * 0.020 * (1 + 500e-6), 0.020);
        Assert.Equal(500, meter.Drift.Slope!.Value * 1e6, 3);
        Assert.Equal(0, meter.Delays.Measure(meter.Drift.Slope, 0.020, true).PercentileMs(1)!.Value, 3);
    }

    [Fact]
    public void A_file_sent_at_full_speed_is_not_live_and_gets_no_buffer()
    {
        var meter = new NetworkMeter(48000, 20);
        for (var i = 0; i < 500; i++)
            meter.Take((uint)i, (ulong)(960 * i), i * 0.001, 0.020);
        Assert.False(meter.Live);
        var figures = meter.Delays.Measure(null, 0.020, meter.Live);
        Assert.Null(figures.BufferS);
        Assert.Null(figures.Late);
        Assert.Equal(20, meter.Arrivals.RealTimeFactor!.Value, 6);
    }

    [Fact]
    public void Time_that_runs_backwards_is_counted_and_does_not_poison_the_delays()
    {
        var meter = new NetworkMeter(48000, 20);
        for (var i = 0; i < 400; i++)
            meter.Take((uint)i, i < 200 ? 1_000_000 + (ulong)(960 * i) : (ulong)(960 * i), i * 0.020, 0.020);
        Assert.Equal(1, meter.ClockLeaps);
        Assert.Equal(0, meter.Jitter.Max, 9);
        Assert.Equal(0, meter.Delays.Measure(null, 0.020, true).PercentileMs(1)!.Value, 6);
    }

    [Fact]
    public void Stalls_are_gaps_of_more_than_three_frames()
    {
        var meter = new NetworkMeter(48000, 20);
        double[] arrivals = [0, 0.02, 0.08, 0.141, 0.16, 0.66];
        for (var i = 0; i < arrivals.Length; i++)
            meter.Take((uint)i, (ulong)(960 * i), arrivals[i], 0.020);
        // 60 ms is three frames; 61 and 500 ms are more.
        Assert.Equal(2, meter.Arrivals.Stalls);
        Assert.Equal(0.5, meter.Arrivals.LongestStallS, 9);
    }

    [Fact]
    public void A_long_stream_keeps_counting_bursts_and_late_frames_beyond_its_window()
    {
        var meter = new NetworkMeter(8000, 20);
        var late = 0;
        for (var i = 0; i < 50_000; i++)
        {
            if (i % 1000 is 500 or 501 or 503)
                continue;
            if (i % 1000 == 700)
                late++;
            meter.Take((uint)i, (ulong)(160 * i), i * 0.020 + (i % 1000 == 700 ? 0.05 : 0), 0.020);
        }
        var figures = meter.Delays.Measure(null, 0.020, meter.Live);
        Assert.Equal(50, figures.Bursts.Count);
        Assert.Equal(0.75, figures.Bursts.Density!.Value, 9);
        Assert.Equal(late, figures.Late);
        Assert.Equal(150, meter.Sequence.Expected - meter.Sequence.Received);
    }

    [Fact]
    public void A_frame_is_taken_without_allocating()
    {
        var meter = new NetworkMeter(8000, 20);
        uint i = 0;
        void Run(int frames)
        {
            for (var end = i + frames; i < end; i++)
                meter.Take(i, 160UL * i, i * 0.020, 0.020);
        }
        Run(20_000);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run(20_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
