using Patchbay.Tools.Models.Options;

namespace Patchbay.Tools.Models.Upstreams;

/// <summary>How long each phase of a call may take.</summary>
internal readonly record struct PhaseTimes(TimeSpan Connect, TimeSpan FirstByte, TimeSpan Idle, TimeSpan Total)
{
    /// <summary>Those of an upstream.</summary>
    public static PhaseTimes Of(UpstreamOptions options) => new(
        TimeSpan.FromMilliseconds(options.ConnectTimeoutMs), TimeSpan.FromMilliseconds(options.FirstByteTimeoutMs),
        TimeSpan.FromMilliseconds(options.IdleTimeoutMs), TimeSpan.FromMilliseconds(options.TotalTimeoutMs));

    /// <summary>The same, with all of it within a time.</summary>
    public PhaseTimes Within(TimeSpan total) => this with { Total = Total < total ? Total : total };

    /// <summary>That of a phase; <see cref="Phase.None"/> has none.</summary>
    public TimeSpan Of(Phase phase) => phase switch
    {
        Phase.None => Timeout.InfiniteTimeSpan,
        Phase.Connect => Connect,
        Phase.FirstByte => FirstByte,
        Phase.Idle => Idle,
        _ => Total,
    };
}
