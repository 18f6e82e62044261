namespace Patchbay.Tools.Audio.Quality;

/// <summary>
/// Clicks of one channel: a second difference above 8 times its local median magnitude that stands alone, that is, at least 4 times as large as any
/// other within 10 ms on either side. Pulses of a voice, which are as steep, come in rows.
/// </summary>
internal sealed class ClickDetector
{
    private const float OverMedian = 8;
    private const float OverOthers = 4;
    private const float Smallest = 0.005f;
    private const int Near = 4;
    private readonly float[] _bends;
    private readonly float[] _sorted;
    private readonly int _reach;
    private float _x1;
    private float _x2;
    private int _filled;

    public ClickDetector(int sampleRate)
    {
        _reach = sampleRate / 100;
        _bends = new float[3 * (_reach + 1)];
        _sorted = new float[2 * _reach + 1];
    }

    /// <summary>Clicks so far. The newest 10 ms are still waiting for what comes after.</summary>
    public int Count { get; private set; }

    /// <summary>Sample index of the first, or -1.</summary>
    public long FirstAt { get; private set; } = -1;

    public void Add(ReadOnlySpan<float> samples, long start)
    {
        var fresh = _bends.AsSpan(_filled, samples.Length);
        float x1 = _x1, x2 = _x2;
        for (var i = 0; i < samples.Length; i++)
        {
            var x = samples[i];
            fresh[i] = MathF.Abs(x - 2 * x1 + x2);
            x2 = x1;
            x1 = x;
        }
        (_x1, _x2) = (x1, x2);
        if (start == 0)
            fresh[..Math.Min(2, fresh.Length)].Clear();
        _filled += samples.Length;
        if (_filled <= 2 * _reach)
            return;

        // Candidates are those with 10 ms known on both sides.
        Judge(start + samples.Length - _filled);
        var keep = 2 * _reach;
        _bends.AsSpan(_filled - keep, keep).CopyTo(_bends);
        _filled = keep;
    }

    private void Judge(long startOfBends)
    {
        var window = _bends.AsSpan(0, _filled);
        var candidates = window[_reach..^_reach];
        var best = 0;
        for (var i = 1; i < candidates.Length; i++)
        {
            if (candidates[i] > candidates[best])
                best = i;
        }
        var bend = candidates[best];
        if (bend < Smallest)
            return;
        var at = _reach + best;
        var around = window.Slice(at - _reach, 2 * _reach + 1);
        for (var i = 0; i < around.Length; i++)
        {
            if (Math.Abs(i - _reach) > Near && around[i] * OverOthers > bend)
                return;
        }
        around.CopyTo(_sorted);
        Array.Sort(_sorted);
        if (bend <= OverMedian * _sorted[_reach])
            return;
        Count++;
        if (FirstAt < 0)
            FirstAt = startOfBends + at;
    }
}
