namespace Patchbay.Client.Core;

/// <summary>At most 8 acks at once and 8 a second after that: the server allows 20 heartbeats and acks a second (protocol section 8),
/// and a fast stream would need more at one for every 16 messages.</summary>
internal sealed class AckPace
{
    private const double Burst = 8;
    private const double PerSecond = 8;

    private double _tokens = Burst;
    private double _at;

    /// <summary>When the next ack may leave; <paramref name="now"/> when it may now.</summary>
    public double OpensAt(double now)
    {
        Refill(now);
        return _tokens >= 1 ? now : now + ((1 - _tokens) / PerSecond);
    }

    /// <summary>One has left, also one that could not wait.</summary>
    public void Sent(double now)
    {
        Refill(now);
        _tokens = Math.Max(0, _tokens - 1);
    }

    private void Refill(double now)
    {
        _tokens = Math.Min(Burst, _tokens + ((now - _at) * PerSecond));
        _at = now;
    }
}
