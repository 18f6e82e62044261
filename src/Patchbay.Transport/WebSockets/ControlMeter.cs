namespace Patchbay.Transport.WebSockets;

/// <summary>A bucket of tokens for control frames, so that pings cannot flood: each frame takes one, and they come back with time.</summary>
internal struct ControlMeter(int capacity, int refillPerSecond, TimeProvider time)
{
    private double _tokens = capacity;
    private long _last = time.GetTimestamp();

    /// <summary>Takes one token; false when there is none.</summary>
    public bool TryTake()
    {
        var now = time.GetTimestamp();
        _tokens = Math.Min(capacity, _tokens + (time.GetElapsedTime(_last, now).TotalSeconds * refillPerSecond));
        _last = now;
        if (_tokens < 1)
            return false;
        _tokens--;
        return true;
    }
}
