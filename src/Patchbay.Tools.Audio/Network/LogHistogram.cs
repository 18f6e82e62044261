namespace Patchbay.Tools.Audio.Network;

/// <summary>Counts of positive values in bins of 1/16 of an octave, from a microsecond to an hour: percentiles within 4.5 %.</summary>
internal sealed class LogHistogram
{
    private const int PerOctave = 16;
    private const int Octaves = 32;
    private const double Smallest = 1e-6;
    private readonly int[] _counts = new int[PerOctave * Octaves];
    private long _total;

    public void Add(double seconds)
    {
        var bin = seconds <= Smallest ? 0 : Math.Min(_counts.Length - 1, (int)(Math.Log2(seconds / Smallest) * PerOctave));
        _counts[bin]++;
        _total++;
    }

    /// <summary>The upper edge of the bin that holds the value at a share; null when empty.</summary>
    public double? Percentile(double share)
    {
        if (_total == 0)
            return null;
        var rank = Math.Max(1, (long)Math.Ceiling(share * _total));
        for (var bin = 0; bin < _counts.Length; bin++)
        {
            rank -= _counts[bin];
            if (rank <= 0)
                return Smallest * Math.Pow(2, (bin + 1.0) / PerOctave);
        }
        return null;
    }
}
