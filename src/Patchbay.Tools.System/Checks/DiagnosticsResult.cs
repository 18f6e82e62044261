using System.ComponentModel;
using System.Text.Json.Serialization;
using Patchbay.Tools.Diagnostics;

namespace Patchbay.Tools.System.Checks;

internal enum OverallStatus
{
    Healthy,
    Degraded,
    Unhealthy,
}

internal sealed record DiagnosticsResult
{
    [Description("The worst of the checks; one that timed out or failed counts as degraded")]
    public required OverallStatus Status { get; init; }

    public required DiagnosticLevel Level { get; init; }

    public required double DurationMs { get; init; }

    public required IReadOnlyList<CheckResult> Checks { get; init; }

    [Description("Ids of the checks that were skipped or came to no verdict; each says why")]
    public required IReadOnlyList<string> NotChecked { get; init; }

    [Description("True for the report of a run that ended just before")]
    public bool Cached { get; init; }

    [Description("Seconds since that run began")]
    public double AgeS { get; init; }

    public static DiagnosticsResult Of(DiagnosticLevel level, IReadOnlyList<CheckOutcome> outcomes, TimeSpan duration)
    {
        var worst = outcomes.Select(outcome => outcome.Weight).Max() ?? CheckStatus.Healthy;
        var checks = outcomes.Select(CheckResult.Of)
            .OrderBy(check => check.Component, StringComparer.Ordinal).ThenBy(check => check.Id, StringComparer.Ordinal).ToList();
        return new DiagnosticsResult
        {
            Status = worst switch
            {
                CheckStatus.Unhealthy => OverallStatus.Unhealthy,
                CheckStatus.Degraded => OverallStatus.Degraded,
                _ => OverallStatus.Healthy,
            },
            Level = level,
            DurationMs = duration.TotalMilliseconds,
            Checks = checks,
            NotChecked = [.. checks.Where(check => check.Status is CheckStatus.Unknown or CheckStatus.Skipped).Select(check => check.Id)],
        };
    }
}

internal sealed record CheckResult
{
    public required string Id { get; init; }

    public required string Component { get; init; }

    [Description("The first level that runs it")]
    public required DiagnosticLevel Level { get; init; }

    public required CheckStatus Status { get; init; }

    public required double? Observed { get; init; }

    public required string? Unit { get; init; }

    [Description("The limit that matters now: the one that was reached, or the first that could be")]
    public required double? Threshold { get; init; }

    public required double? DegradedAt { get; init; }

    public required double? UnhealthyAt { get; init; }

    public required string Message { get; init; }

    [Description("What to do; null when there is nothing to do")]
    public required string? Hint { get; init; }

    public required double DurationMs { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, double?>? Evidence { get; init; }

    public static CheckResult Of(CheckOutcome outcome)
    {
        var reading = outcome.Reading;
        var unhealthyAt = Finite(reading.UnhealthyAt);
        return new CheckResult
        {
            Id = outcome.Check.Id,
            Component = outcome.Check.Component,
            Level = outcome.Check.Level,
            Status = reading.Status,
            Observed = Finite(reading.Observed),
            Unit = reading.Unit,
            Threshold = reading.Status == CheckStatus.Unhealthy ? unhealthyAt : Finite(reading.DegradedAt) ?? unhealthyAt,
            DegradedAt = Finite(reading.DegradedAt),
            UnhealthyAt = unhealthyAt,
            Message = reading.Message,
            Hint = reading.Hint,
            DurationMs = outcome.Duration.TotalMilliseconds,
            Evidence = reading.Evidence,
        };
    }

    // JSON has no infinity.
    private static double? Finite(double? value) => value is { } known && double.IsFinite(known) ? known : null;
}
