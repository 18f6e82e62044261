using System.Diagnostics;

namespace Patchbay.Load;

/// <summary>What one round came to.</summary>
/// <param name="Messages">Requests answered.</param>
/// <param name="Seconds">From the first request to the last answer.</param>
/// <param name="CpuMicroseconds">CPU time of the server process for each.</param>
/// <param name="Latencies">From sending to reading, of each.</param>
/// <param name="ResidentBytes">Memory of the server at the end.</param>
internal sealed record Round(long Messages, double Seconds, double CpuMicroseconds, LatencyHistogram Latencies, long ResidentBytes)
{
    public double PerSecond => Messages / Seconds;
}

/// <summary>Drives one target over standing connections from one thread: each answer is followed by the next request, so that the number in flight stays.</summary>
internal sealed class Driver : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Target _target;
    private readonly List<Connection> _connections = [];
    private readonly RequestFrame _request;
    private readonly Poll _poll;

    public Driver(Target target, int connections, bool resumable = false)
    {
        _target = target;
        _request = RequestFrame.Echo(withAck: resumable);
        for (var i = 0; i < connections; i++)
        {
            var connection = target.Connect();
            _connections.Add(connection);
            if (resumable)
                connection.Hello();
        }

        _poll = new Poll(_connections);
    }

    public Target Target => _target;

    /// <summary>Keeps so many requests in flight on each connection for this long, then waits for the last answers.</summary>
    public Round Run(int inFlight, TimeSpan span)
    {
        var latencies = new LatencyHistogram();
        var cpu = _target.Cpu;
        var start = Stopwatch.GetTimestamp();
        foreach (var connection in _connections)
        {
            for (var i = 0; i < inFlight; i++)
                connection.Queue(_request, start);
            connection.Flush();
        }

        var end = start + (long)(span.TotalSeconds * Stopwatch.Frequency);
        var outstanding = (long)inFlight * _connections.Count;
        long answered = 0;
        while (outstanding > 0)
        {
            _poll.Wait(Patience);
            var before = answered;
            for (var i = 0; i < _connections.Count; i++)
            {
                if (!_poll.IsReady(i))
                    continue;
                var answers = _connections[i].Receive(latencies, 0);
                answered += answers;
                outstanding -= answers;
                var now = Stopwatch.GetTimestamp();
                if (now >= end)
                    continue;
                for (var next = 0; next < answers; next++)
                    _connections[i].Queue(_request, now);
                _connections[i].Flush();
                outstanding += answers;
            }

            if (answered == before && Stopwatch.GetElapsedTime(end) > Patience)
                throw new TimeoutException($"{outstanding} requests were not answered.");
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new Round(answered, seconds, (_target.Cpu - cpu).TotalMicroseconds / answered, latencies, _target.Resident);
    }

    public void Dispose()
    {
        foreach (var connection in _connections)
            connection.Dispose();
    }
}
