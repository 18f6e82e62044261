namespace Patchbay.Tools.Audio.Network;

/// <summary>Interarrival jitter by RFC 3550 §6.4.1 and A.8, in seconds: D = (Ri - Ri-1) - (Si - Si-1); J += (|D| - J)/16.</summary>
internal sealed class JitterMeter
{
    private double? _transit;
    private double _sum;

    /// <summary>J now.</summary>
    public double Current { get; private set; }

    /// <summary>Largest J so far.</summary>
    public double Max { get; private set; }

    /// <summary>How often J was updated.</summary>
    public long Count { get; private set; }

    /// <summary>Mean of J over the frames; null before the second.</summary>
    public double? Mean => Count == 0 ? null : _sum / Count;

    /// <summary>Forgets the last frame: the next begins a new reference.</summary>
    public void Restart() => _transit = null;

    public void Add(double arrival, double capture)
    {
        var transit = arrival - capture;
        if (_transit is { } last)
        {
            Current += (Math.Abs(transit - last) - Current) / 16;
            Max = Math.Max(Max, Current);
            _sum += Current;
            Count++;
        }
        _transit = transit;
    }
}
