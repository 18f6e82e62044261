namespace Patchbay.Tools.Audio.Speech;

/// <summary>
/// Active speech level by ITU-T P.56 method B: the mean power of the time that is active, where active is a smoothed envelope above a threshold, and 200 ms behind it;
/// of all thresholds, a factor of two apart, the one counts that lies 15.9 dB below the level it leads to. A pause between two words counts, one between two sentences does not.
/// </summary>
internal sealed class ActiveLevel(int sampleRate)
{
    private const int Thresholds = 15;
    private const double MarginDb = 15.9;
    private const double TimeConstantS = 0.03;
    private const double HangoverS = 0.2;

    private readonly double _decay = Math.Exp(-1 / (sampleRate * TimeConstantS));
    private readonly long _hangover = (long)Math.Ceiling(HangoverS * sampleRate);
    private readonly long[] _active = new long[Thresholds];
    // The last sample at which the envelope was at a threshold; at first longer ago than any hangover.
    private readonly long[] _last = [.. Enumerable.Repeat(long.MinValue / 2, Thresholds)];
    private double _squares;
    private double _once;
    private double _twice;
    private long _samples;

    public void Add(ReadOnlySpan<float> samples)
    {
        foreach (var sample in samples)
        {
            double x = sample;
            _squares += x * x;
            _once += (1 - _decay) * (Math.Abs(x) - _once);
            _twice += (1 - _decay) * (_once - _twice);
            for (var index = 0; index < Thresholds; index++)
            {
                if (_twice >= Threshold(index))
                    _last[index] = _samples;
                else if (_samples - _last[index] > _hangover)
                    break;
                _active[index]++;
            }

            _samples++;
        }
    }

    /// <summary>The level in dBFS (a full-scale square wave is 0) and the share of the time that is active; null when nothing is.</summary>
    public (double Dbfs, double Activity)? Value
    {
        get
        {
            (double Level, double Above)? former = null;
            for (var index = 0; index < Thresholds && _active[index] > 0; index++)
            {
                var level = 10 * Math.Log10(_squares / _active[index]);
                var above = level - (20 * Math.Log10(Threshold(index)));
                if (above <= MarginDb)
                {
                    // Between this threshold and the one below lies the one that counts.
                    var share = former is { } below ? (below.Above - MarginDb) / (below.Above - above) : 1;
                    return Told(former is { } lower ? lower.Level + (share * (level - lower.Level)) : level);
                }

                former = (level, above);
            }

            return former is { } highest ? Told(highest.Level) : null;
        }
    }

    // From 90 dB below full scale up to half of it.
    private static double Threshold(int index) => 1.0 / (1 << (Thresholds - index));

    private (double, double) Told(double level) => (level, Math.Min(1, _squares / _samples / Math.Pow(10, level / 10)));
}
