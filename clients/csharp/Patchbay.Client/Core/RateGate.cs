namespace Patchbay.Client.Core;

/// <summary>Holds back what the server would refuse (protocol section 8), so that the key stays off the penalty ladder.</summary>
/// <remarks>Counts the messages of this connection; other connections of the key are only noticed by their effect, a refusal.</remarks>
internal sealed class RateGate(bool enabled)
{
    private const double Window = 60;

    // The way to the server takes a varying time: what left 60 s after another may arrive sooner than 60 s after it.
    private const double Margin = 0.5;

    // A larger limit is not worth the memory of its times; the server's refusals still shut the gate.
    private const int CountedUpTo = 10_000;

    private const double Near = 0.8;

    private readonly Queue<double> _times = new();
    private int _limit = 100;
    private double _shutUntil = double.NegativeInfinity;
    private double _carefulUntil = double.NegativeInfinity;
    private double _last = double.NegativeInfinity;
    private double _toldNear = double.NegativeInfinity;

    public void SetLimit(int messagesPerMinute) => _limit = Math.Max(1, messagesPerMinute);

    /// <summary>A counted message leaves. True when that makes 80 % of the limit, at most once in a window.</summary>
    public bool Sent(double now)
    {
        _last = now;
        if (_limit > CountedUpTo)
        {
            _times.Clear();
            return false;
        }

        _times.Enqueue(now);
        ForgetOld(now);
        if (_times.Count < Near * _limit || now - _toldNear < Window)
            return false;
        _toldNear = now;
        return true;
    }

    /// <summary>The server refused a message: nothing leaves before it said so, then one by one for a window.</summary>
    public void Refused(double now, double retryAfter)
    {
        _shutUntil = Math.Max(_shutUntil, now + retryAfter);
        _carefulUntil = _shutUntil + Window;
    }

    /// <summary>When the next counted message may leave; not later than <paramref name="now"/> when it may leave now.</summary>
    public double OpensAt(double now)
    {
        if (!enabled)
            return now;
        var opens = _shutUntil;
        ForgetOld(now);
        // After a welcome with a lower limit there may be more times than fit: the limit-th from the end decides.
        if (_times.Count >= _limit)
            opens = Math.Max(opens, _times.ElementAt(_times.Count - _limit) + Window + Margin);
        if (now < _carefulUntil)
            opens = Math.Max(opens, _last + (Window / _limit));
        return opens;
    }

    private void ForgetOld(double now)
    {
        while (_times.TryPeek(out var oldest) && oldest + Window + Margin <= now)
            _times.Dequeue();
    }
}
