using System.Buffers;

namespace Patchbay.Tools.Audio.Network;

/// <summary>
/// Arrival and capture times of the newest 8,192 expected frames, and from them: delay variation (RFC 5481), the jitter buffer they need, what that
/// buffer would discard, and bursts and gaps over the whole life.
/// </summary>
internal sealed class DelayHistory
{
    /// <summary>Frames looked at for percentiles.</summary>
    public const int Window = 8192;

    private const int Block = 4096;
    private readonly double[] _delays = new double[Window];
    private readonly double[] _captures = new double[Window];
    private BurstGapAutomaton _bursts;
    private long _judged;
    private long _lateJudged;
    private long _top = -1;

    /// <summary>Whether the oldest block has to be judged before a number can be entered.</summary>
    public bool IsFull(long extended) => extended - _judged >= Window;

    /// <summary>Enters a frame. The first arrival of a number counts.</summary>
    public void Add(long extended, double arrival, double capture)
    {
        for (; _top < extended; _top++)
            _delays[(_top + 1) % Window] = double.NaN;
        var slot = extended % Window;
        if (extended <= _top - Window || !double.IsNaN(_delays[slot]))
            return;
        _delays[slot] = arrival - capture;
        _captures[slot] = capture;
    }

    /// <summary>The figures now.</summary>
    /// <param name="slope">Drift to take out, seconds a second, or null.</param>
    /// <param name="frameS">Seconds of a frame; the buffer is a multiple of it.</param>
    /// <param name="live">Whether the stream came in real time: else no buffer can be recommended and nothing is late.</param>
    public DelayFigures Measure(double? slope, double frameS, bool live)
    {
        var variation = new double[Count];
        var sorted = new double[Count];
        sorted = sorted[..Vary(slope, variation, sorted)];
        double? buffer = live ? Buffer(sorted, frameS) : null;
        var bursts = _bursts;
        var late = _lateJudged;
        Judge(ref bursts, ref late, variation, buffer, _top + 1);
        return new DelayFigures(sorted, buffer, live ? late : null, bursts.Figures(frameS * 1000));
    }

    /// <summary>Decides on the oldest block for good, by the buffer recommended now.</summary>
    public void JudgeBlock(double? slope, double frameS, bool live)
    {
        var rented = ArrayPool<double>.Shared.Rent(2 * Window);
        var variation = rented.AsSpan(0, Count);
        var sorted = rented.AsSpan(Window, Count);
        sorted = sorted[..Vary(slope, variation, sorted)];
        Judge(ref _bursts, ref _lateJudged, variation, live ? Buffer(sorted, frameS) : null, _judged + Block);
        _judged += Block;
        ArrayPool<double>.Shared.Return(rented);
    }

    private long First => Math.Max(0, _top + 1 - Window);

    private int Count => (int)(_top + 1 - First);

    private void Judge(ref BurstGapAutomaton bursts, ref long late, ReadOnlySpan<double> variation, double? buffer, long until)
    {
        var first = First;
        for (var number = _judged; number < until; number++)
        {
            var value = number > _top ? double.NaN : variation[(int)(number - first)];
            // A tenth of a microsecond keeps the rounding of sums from making a frame late.
            var discarded = value > buffer + 1e-7;
            if (discarded)
                late++;
            bursts.Add(double.IsNaN(value) ? FrameFate.Lost : discarded ? FrameFate.Discarded : FrameFate.Received);
        }
    }

    // Delay over the smallest delay, drift taken out: in order of number with NaN where nothing was received, and sorted without those. Returns how many there are.
    private int Vary(double? slope, Span<double> variation, Span<double> sorted)
    {
        var first = First;
        var smallest = double.PositiveInfinity;
        for (var i = 0; i < variation.Length; i++)
        {
            var slot = (first + i) % Window;
            variation[i] = _delays[slot] - (slope ?? 0) * _captures[slot];
            if (variation[i] < smallest)
                smallest = variation[i];
        }
        var count = 0;
        for (var i = 0; i < variation.Length; i++)
        {
            variation[i] -= smallest;
            if (!double.IsNaN(variation[i]))
                sorted[count++] = variation[i];
        }
        sorted[..count].Sort();
        return count;
    }

    // The smallest depth that at most 1 % of the frames exceed, in whole frames.
    private static double? Buffer(ReadOnlySpan<double> sorted, double frameS)
    {
        if (sorted.Length < 2)
            return null;
        var depth = sorted[sorted.Length - 1 - sorted.Length / 100];
        return Math.Ceiling(depth / frameS - 1e-6) * frameS;
    }
}

/// <summary>Figures of <see cref="DelayHistory"/>.</summary>
/// <param name="Sorted">Delay variation in seconds, ascending.</param>
/// <param name="BufferS">Recommended depth.</param>
/// <param name="Late">Frames the recommended buffer would have discarded.</param>
/// <param name="Bursts">Bursts and gaps of what was lost or discarded.</param>
internal sealed record DelayFigures(double[] Sorted, double? BufferS, long? Late, BurstGapFigures Bursts)
{
    /// <summary>The value that a share of the frames do not exceed (nearest rank), in milliseconds; null without frames.</summary>
    public double? PercentileMs(double share) =>
        Sorted.Length < 2 ? null : 1000 * Sorted[Math.Clamp((int)Math.Ceiling(share * Sorted.Length - 1e-9) - 1, 0, Sorted.Length - 1)];
}
