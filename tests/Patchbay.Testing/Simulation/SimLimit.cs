namespace Patchbay.Testing.Simulation;

/// <summary>
/// The rate limit of one server as its clients see it: no 60 seconds hold more than the limit of messages that were let on, and who waits as long as a
/// refusal said is let on. A message is handled when it arrives: its client sends nothing behind one that has to wait for the store.
/// </summary>
internal sealed class SimLimit(World world)
{
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    private readonly List<Arrival> _arrivals = [];
    private readonly Dictionary<(int Sender, string Id), int> _unanswered = [];

    /// <summary>A counted message has arrived.</summary>
    public void Arrived(int sender, string id)
    {
        // Of one that is sent twice nothing is known: the one answer may serve both.
        if (!_unanswered.TryAdd((sender, id), _arrivals.Count))
            _unanswered[(sender, id)] = -1;
        _arrivals.Add(new Arrival(world.Up));
    }

    /// <summary>A message was answered, and so had been let on; or was refused, with the time to wait.</summary>
    public void Answered(int sender, string id, int? retryAfterMs)
    {
        if (!_unanswered.TryGetValue((sender, id), out var index) || index < 0 || _arrivals[index].IsAnswered)
            return;
        _arrivals[index].IsAnswered = true;
        _arrivals[index].RetryAfterMs = retryAfterMs;
    }

    /// <summary>Looks at everything that was answered.</summary>
    public void Check()
    {
        var limit = world.Settings.MessagesPerMinute;
        var admitted = _arrivals.Where(arrival => arrival is { IsAnswered: true, RetryAfterMs: null }).Select(arrival => arrival.At).ToList();
        for (var i = 0; i + limit < admitted.Count; i++)
        {
            if (admitted[i + limit] - admitted[i] < Window)
                world.Fail($"More than {limit} messages were let on within 60 s, from {admitted[i]} to {admitted[i + limit]}");
        }

        TimeSpan? promised = null;
        foreach (var arrival in _arrivals)
        {
            if (arrival is not { IsAnswered: true, RetryAfterMs: { } retry })
                promised = null;
            else if (promised <= arrival.At)
                world.Fail($"A message at {arrival.At} was refused, which was promised to be let on from {promised}");
            else
                promised ??= arrival.At + TimeSpan.FromMilliseconds(retry);
        }
    }

    private sealed class Arrival(TimeSpan at)
    {
        public TimeSpan At => at;

        public bool IsAnswered { get; set; }

        public int? RetryAfterMs { get; set; }
    }
}
