namespace Patchbay.Tools.Models.Calls;

/// <summary>The moments of one call, in ticks of the clock.</summary>
internal sealed class CallTimes
{
    /// <summary>How long it waited for a place.</summary>
    public TimeSpan Queued { get; set; }

    /// <summary>When the first request was sent.</summary>
    public long StartedAt { get; set; }

    /// <summary>When the first of the answer came (text, reasoning, or part of a tool call); null while nothing has, or when the answer came whole.</summary>
    public long? FirstOutputAt { get; set; }

    /// <summary>When the answer had been read.</summary>
    public long EndedAt { get; set; }

    /// <summary>How often the request was sent.</summary>
    public int Attempts { get; set; }
}
