namespace Patchbay.Server.Guard.Connections;

/// <summary>A bucket that holds a number of tokens and refills steadily. It starts full. Not safe for concurrent use.</summary>
internal struct TokenBucket(double capacity, double perSecond)
{
    private double _taken;
    private long _filledAt;

    /// <summary>Takes tokens; false, and nothing is taken, when there are not enough.</summary>
    public bool TryTake(double tokens, long nowMs)
    {
        _taken = Math.Max(0, _taken - (Math.Max(0, nowMs - _filledAt) * perSecond / 1_000));
        _filledAt = Math.Max(_filledAt, nowMs);
        if (_taken + tokens > capacity)
            return false;
        _taken += tokens;
        return true;
    }
}
