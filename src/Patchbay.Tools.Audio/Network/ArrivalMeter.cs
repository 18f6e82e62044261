namespace Patchbay.Tools.Audio.Network;

/// <summary>Stalls and pace: the gaps between arrivals, and the media seconds that came in the last ten.</summary>
internal sealed class ArrivalMeter
{
    private const int Buckets = 100;
    private const double BucketS = 0.1;
    private const double ShortestStallS = 0.01;
    private readonly double[] _media = new double[Buckets];
    private long _bucket = -1;
    private double? _last;
    private double _lastMedia;

    /// <summary>Gaps above three frames (and 10 ms).</summary>
    public int Stalls { get; private set; }

    /// <summary>The longest of them.</summary>
    public double LongestStallS { get; private set; }

    /// <summary>When the first began, in seconds from the first arrival.</summary>
    public double? FirstStallS { get; private set; }

    public double LastArrivalS => _last ?? 0;

    /// <summary>Takes an arrival, in seconds from the first one.</summary>
    public void Add(double arrival, double mediaS, double frameS)
    {
        if (_last is { } last && arrival - last > Math.Max(ShortestStallS, 3 * frameS + 1e-9))
        {
            Stalls++;
            LongestStallS = Math.Max(LongestStallS, arrival - last);
            FirstStallS ??= last;
        }
        var bucket = (long)(arrival / BucketS);
        for (var fresh = Math.Max(_bucket + 1, bucket - Buckets + 1); fresh <= bucket; fresh++)
            _media[fresh % Buckets] = 0;
        _bucket = Math.Max(_bucket, bucket);
        _media[bucket % Buckets] += mediaS;
        _last = arrival;
        _lastMedia = mediaS;
    }

    /// <summary>Media seconds a wall second over the last ten seconds before the newest arrival, whose own audio covers the time after it; null before a tenth of a second.</summary>
    public double? RealTimeFactor
    {
        get
        {
            var from = Math.Max(0, (_bucket - Buckets + 1) * BucketS);
            var span = LastArrivalS - from;
            return span < BucketS ? null : (_media.Sum() - _lastMedia) / span;
        }
    }
}
