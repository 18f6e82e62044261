namespace Patchbay.Tools.Audio.Loudness;

/// <summary>
/// The loudness of all windows of an endless stream, in 2,000 bins of 0.05 LU from -70 to +30 LUFS. Each bin keeps the sum of its energies,
/// so a mean is exact but for the one bin that a gate cuts.
/// </summary>
internal sealed class GatingHistogram
{
    /// <summary>The absolute gate of BS.1770-5 and the lowest value kept.</summary>
    public const double AbsoluteGate = -70;

    private const int Bins = 2000;
    private const double BinsPerLu = 20;
    private readonly uint[] _counts = new uint[Bins];
    private readonly double[] _energies = new double[Bins];

    /// <summary>Adds a window by its energy (the weighted sum of mean squares) when it lies above the absolute gate.</summary>
    public void Add(double energy)
    {
        var loudness = LoudnessMeter.ToLufs(energy);
        if (!(loudness > AbsoluteGate))
            return;
        var bin = Math.Min(Bins - 1, (int)((loudness - AbsoluteGate) * BinsPerLu));
        _counts[bin]++;
        _energies[bin] += energy;
    }

    /// <summary>Mean energy of the windows above the relative gate, which lies <paramref name="below"/> LU under the mean of all; null when there is none.</summary>
    public double? GatedMean(double below)
    {
        var from = GateBin(below);
        if (from < 0)
            return null;
        var (sum, count) = Sum(from);
        return count == 0 ? null : sum / count;
    }

    /// <summary>The value in LUFS at a share of the sorted windows above the relative gate (EBU Tech 3342 §3.1: index round((n-1)·share + 1), half up); null when there is none.</summary>
    public double? Percentile(double below, double share)
    {
        var from = GateBin(below);
        var (_, count) = from < 0 ? (0, 0) : Sum(from);
        if (count == 0)
            return null;
        var rank = (long)Math.Floor((count - 1) * share + 1.5);
        for (var bin = from; bin < Bins; bin++)
        {
            rank -= _counts[bin];
            if (rank <= 0)
                return LoudnessMeter.ToLufs(_energies[bin] / _counts[bin]);
        }
        return null;
    }

    // The bin that the gate cuts counts as above when its own mean lies at or above the gate.
    private int GateBin(double below)
    {
        var (sum, count) = Sum(0);
        if (count == 0)
            return -1;
        var gate = LoudnessMeter.ToLufs(sum / count) - below;
        if (gate <= AbsoluteGate)
            return 0;
        var bin = Math.Min(Bins - 1, (int)((gate - AbsoluteGate) * BinsPerLu));
        return _counts[bin] > 0 && LoudnessMeter.ToLufs(_energies[bin] / _counts[bin]) < gate ? bin + 1 : bin;
    }

    private (double Sum, long Count) Sum(int from)
    {
        double sum = 0;
        long count = 0;
        for (var bin = from; bin < Bins; bin++)
        {
            sum += _energies[bin];
            count += _counts[bin];
        }
        return (sum, count);
    }
}
