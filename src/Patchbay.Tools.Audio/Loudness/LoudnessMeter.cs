using Patchbay.Tools.Audio.Signal;

namespace Patchbay.Tools.Audio.Loudness;

/// <summary>
/// Loudness by ITU-R BS.1770-5 with the time scales of EBU Tech 3341 and the range of EBU Tech 3342. It is fed hops of 10 ms, so momentary and
/// short-term windows slide by 10 ms; gating blocks are taken every 100 ms (75 % overlap). Memory does not grow with the stream.
/// </summary>
internal sealed class LoudnessMeter
{
    private const int MomentaryHops = 40;
    private const int ShortTermHops = 300;
    private const int GatingHops = 10;
    private readonly KWeighting[] _filters;
    private readonly double[] _weights;
    private readonly double[] _energies = new double[ShortTermHops];
    private readonly int[] _lengths = new int[ShortTermHops];
    private readonly GatingHistogram _blocks = new();
    private readonly GatingHistogram _ranges = new();
    private long _hops;
    private double _momentaryMax;
    private double _shortTermMax;

    public LoudnessMeter(int sampleRate, int channels)
    {
        _weights = ChannelLayout.Weights(channels);
        _filters = [.. Enumerable.Range(0, channels).Select(_ => new KWeighting(sampleRate))];
    }

    /// <summary>Energy of the last 400 ms; null before there are 400 ms.</summary>
    public double? Momentary { get; private set; }

    /// <summary>Energy of the last 3 s; null before there are 3 s.</summary>
    public double? ShortTerm { get; private set; }

    /// <summary>Largest momentary energy so far.</summary>
    public double? MomentaryMax => _hops >= MomentaryHops ? _momentaryMax : null;

    /// <summary>Largest short-term energy so far.</summary>
    public double? ShortTermMax => _hops >= ShortTermHops ? _shortTermMax : null;

    /// <summary>Loudness range in LU; null while no 3 s window lies above -70 LUFS.</summary>
    public double? Range => _ranges.Percentile(20, 0.95) - _ranges.Percentile(20, 0.10);

    /// <summary>EBU Tech 3342 §2.4: the range has no stable value in the first 60 s.</summary>
    public bool RangeStable => _hops >= 6000;

    /// <summary>Energy of the blocks above both gates; null while there is none.</summary>
    public double? Integrated => _blocks.GatedMean(10);

    /// <summary>-0.691 + 10 lg E. The constant cancels the K-weighting's gain at 997 Hz.</summary>
    public static double ToLufs(double energy) => -0.691 + 10 * Math.Log10(energy);

    /// <summary>Takes the next hop of 10 ms, one span a channel.</summary>
    public void Add(HopBuffer hop)
    {
        double energy = 0;
        for (var channel = 0; channel < _filters.Length; channel++)
        {
            if (_weights[channel] > 0)
                energy += _weights[channel] * _filters[channel].Energy(hop.Channel(channel));
        }
        AddEnergy(energy, hop.Length);
    }

    /// <summary>EBU Tech 3342 §3.1: a finished file is followed by 1.5 s of silence before its range is read. Only the range sees it.</summary>
    public void FinishFile(int samplesPerHop)
    {
        for (var i = 0; i < 150; i++)
        {
            Push(0, samplesPerHop);
            if (_hops >= ShortTermHops && _hops % GatingHops == 0)
                _ranges.Add(Mean(ShortTermHops));
        }
    }

    private void AddEnergy(double energy, int length)
    {
        Push(energy, length);
        if (_hops >= MomentaryHops)
        {
            var momentary = Mean(MomentaryHops);
            Momentary = momentary;
            _momentaryMax = Math.Max(_momentaryMax, momentary);
            if (_hops % GatingHops == 0)
                _blocks.Add(momentary);
        }
        if (_hops >= ShortTermHops)
        {
            var shortTerm = Mean(ShortTermHops);
            ShortTerm = shortTerm;
            _shortTermMax = Math.Max(_shortTermMax, shortTerm);
            if (_hops % GatingHops == 0)
                _ranges.Add(shortTerm);
        }
    }

    private void Push(double energy, int length)
    {
        var slot = (int)(_hops % ShortTermHops);
        _energies[slot] = energy;
        _lengths[slot] = length;
        _hops++;
    }

    // Summed anew each time: a running sum would carry the rounding of a loud passage into the silence after it.
    private double Mean(int hops)
    {
        double energy = 0;
        var samples = 0;
        var slot = (int)(_hops % ShortTermHops);
        for (var i = 0; i < hops; i++)
        {
            slot = slot == 0 ? ShortTermHops - 1 : slot - 1;
            energy += _energies[slot];
            samples += _lengths[slot];
        }
        return energy / samples;
    }
}
