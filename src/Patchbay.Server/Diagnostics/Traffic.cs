namespace Patchbay.Server.Diagnostics;

/// <summary>Messages in and out, requests and their errors: totals, and rates over the last minute from one slot a second.</summary>
internal sealed class Traffic
{
    private const int Seconds = 60;

    // Rates are told over the last few seconds, so that a page moves when something happens.
    private const int RateSeconds = 10;

    private readonly Slot[] _slots = new Slot[Seconds];
    private readonly Lock _lock = new();
    private Slot _last;
    private int _next;
    private int _filled;
    private long _received;
    private long _sent;
    private long _receivedBytes;
    private long _sentBytes;
    private long _requests;
    private long _errors;

    private record struct Slot(long Received, long Sent, long Requests, long Errors);

    public long Received => Interlocked.Read(ref _received);

    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Bytes of received messages, without frame headers.</summary>
    public long ReceivedBytes => Interlocked.Read(ref _receivedBytes);

    /// <summary>Bytes of messages handed to connections, without frame headers; one that is replayed counts again.</summary>
    public long SentBytes => Interlocked.Read(ref _sentBytes);

    public void CountReceivedBytes(int bytes) => Interlocked.Add(ref _receivedBytes, bytes);

    public void CountSentBytes(int bytes) => Interlocked.Add(ref _sentBytes, bytes);

    public void CountReceived() => Interlocked.Increment(ref _received);

    public void CountSent(int messages) => Interlocked.Add(ref _sent, messages);

    public void CountRequest(bool failed)
    {
        Interlocked.Increment(ref _requests);
        if (failed)
            Interlocked.Increment(ref _errors);
    }

    /// <summary>Closes a second; called once a second by the sweep.</summary>
    public void Tick()
    {
        var now = new Slot(Received, Sent, Interlocked.Read(ref _requests), Interlocked.Read(ref _errors));
        lock (_lock)
        {
            _slots[_next] = new Slot(now.Received - _last.Received, now.Sent - _last.Sent, now.Requests - _last.Requests, now.Errors - _last.Errors);
            _last = now;
            _next = (_next + 1) % Seconds;
            _filled = Math.Min(_filled + 1, Seconds);
        }
    }

    /// <summary>Messages a second in and out over the last ten seconds, and the share of requests answered with an error in the last minute, up to now.</summary>
    public (double In, double Out, double ErrorRate) Rates()
    {
        lock (_lock)
        {
            var seconds = Math.Min(RateSeconds, _filled);
            var recent = Sum(seconds);
            var minute = Sum(Math.Min(Seconds - 1, _filled));
            var requests = minute.Requests + Interlocked.Read(ref _requests) - _last.Requests;
            var errors = minute.Errors + Interlocked.Read(ref _errors) - _last.Errors;
            return (
                seconds == 0 ? 0 : recent.Received / (double)seconds,
                seconds == 0 ? 0 : recent.Sent / (double)seconds,
                requests == 0 ? 0 : Math.Min(1, errors / (double)requests));
        }
    }

    /// <summary>Requests answered in the last minute, and the share of them answered with an error.</summary>
    public (long Requests, double ErrorRate) LastMinute()
    {
        lock (_lock)
        {
            var minute = Sum(_filled);
            return (minute.Requests, minute.Requests == 0 ? 0 : minute.Errors / (double)minute.Requests);
        }
    }

    private Slot Sum(int seconds)
    {
        var sum = default(Slot);
        for (var i = 1; i <= seconds; i++)
        {
            var slot = _slots[(_next - i + Seconds) % Seconds];
            sum = new Slot(sum.Received + slot.Received, sum.Sent + slot.Sent, sum.Requests + slot.Requests, sum.Errors + slot.Errors);
        }

        return sum;
    }
}
