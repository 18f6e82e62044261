namespace Patchbay.Tools.Diagnostics;

/// <summary>What a check saw, against what, and what to do about it.</summary>
/// <param name="Status">The verdict.</param>
/// <param name="Message">What was seen, for people; no secrets.</param>
public sealed record CheckReading(CheckStatus Status, string Message)
{
    /// <summary>The measured figure, or null.</summary>
    public double? Observed { get; init; }

    /// <summary>Unit of <see cref="Observed"/> and the thresholds: <c>percent</c>, <c>bytes</c>, <c>ms</c>, <c>s</c>, <c>days</c>, <c>count</c>, <c>count_per_s</c>, <c>ratio</c>; or null.</summary>
    public string? Unit { get; init; }

    /// <summary>From here on the status is <see cref="CheckStatus.Degraded"/>, or null.</summary>
    public double? DegradedAt { get; init; }

    /// <summary>From here on the status is <see cref="CheckStatus.Unhealthy"/>, or null.</summary>
    public double? UnhealthyAt { get; init; }

    /// <summary>What to do, when something should be done.</summary>
    public string? Hint { get; init; }

    /// <summary>Further figures the verdict rests on, by name.</summary>
    public IReadOnlyDictionary<string, double?>? Evidence { get; init; }

    /// <summary>Does not apply here.</summary>
    /// <param name="reason">Why not.</param>
    public static CheckReading Skip(string reason) => new(CheckStatus.Skipped, reason);

    /// <summary>Could not be found out.</summary>
    /// <param name="reason">Why not.</param>
    public static CheckReading NotKnown(string reason) => new(CheckStatus.Unknown, reason);
}
