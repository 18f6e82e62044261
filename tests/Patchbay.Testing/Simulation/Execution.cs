namespace Patchbay.Testing.Simulation;

/// <summary>What was asked for once, and what came of it.</summary>
internal sealed class Execution(string identity)
{
    public string Identity => identity;

    /// <summary>How often its tool was started.</summary>
    public int Starts { get; set; }

    /// <summary>How often its tool did what it does.</summary>
    public int Ends { get; set; }

    /// <summary>Ends of the server when it was started last.</summary>
    public int StartedIn { get; set; }

    /// <summary>When it was asked for first, in the time servers have run.</summary>
    public TimeSpan? AskedAt { get; set; }

    /// <summary>Whether somebody has cancelled a request for it.</summary>
    public bool WasCancelled { get; set; }

    /// <summary>Ends of the server before its only request was told that it is cancelled; null when it was not.</summary>
    public int? UnwantedIn { get; set; }

    /// <summary>The answer, as it was told first.</summary>
    public string? Answer { get; set; }

    /// <summary>Whether the store lost what it had not promised to keep: nothing is claimed any more.</summary>
    public bool IsVoid { get; set; }
}

/// <summary>One request of a client.</summary>
internal sealed class Ask(string id, string identity, string text, bool hasKey, bool isRepeatable, int sentIn, bool streams, int timeoutMs)
{
    public string Id => id;

    public string Identity => identity;

    public string Text => text;

    /// <summary>Whether it has an idempotency key, and so means the same in another session.</summary>
    public bool HasKey => hasKey;

    /// <summary>Whether its tool may run again.</summary>
    public bool IsRepeatable => isRepeatable;

    /// <summary>Ends of the server when it was sent first.</summary>
    public int SentIn => sentIn;

    /// <summary>Whether chunks are wanted.</summary>
    public bool Streams => streams;

    /// <summary>How long it may take; 0 when nothing ends it.</summary>
    public int TimeoutMs => timeoutMs;

    /// <summary>Chunks that have arrived.</summary>
    public int Chunks { get; set; }

    /// <summary>Whether it was answered as cancelled.</summary>
    public bool IsCancelled { get; set; }

    /// <summary>How often it was sent, and how often answered.</summary>
    public int Sends { get; set; } = 1;

    public int Answers { get; set; }

    /// <summary>How often other content was sent under its id, and not told so yet.</summary>
    public int Conflicts { get; set; }

    /// <summary>Where it was sent last.</summary>
    public SimConnection? SentOn { get; set; }
}
