namespace Patchbay.Tools.Diagnostics;

/// <summary>Runs every check of a level and tells what they came to, for <c>GET /health/detail</c>. Implemented by the system tools.</summary>
public interface IHealthReporter
{
    /// <summary>The report; never later than the level's deadline. The same question at the same time shares one run.</summary>
    /// <param name="level">How deep to look.</param>
    /// <param name="cancellationToken">Ends the waiting, not the run.</param>
    Task<HealthReport> ReportAsync(DiagnosticLevel level, CancellationToken cancellationToken);
}

/// <summary>What a run of checks came to.</summary>
/// <param name="Status">The worst of the checks: healthy, degraded or unhealthy. One that timed out or failed counts as degraded.</param>
/// <param name="Checks">Each check, ordinal by component and id.</param>
public sealed record HealthReport(CheckStatus Status, IReadOnlyList<HealthEntry> Checks);

/// <summary>One check of a run.</summary>
/// <param name="Id">Its id, <c>thing.measurement</c>.</param>
/// <param name="Component"><c>system</c>, <c>network</c> or <c>services</c>.</param>
/// <param name="Status">Its verdict.</param>
/// <param name="Observed">The figure it saw, or null.</param>
/// <param name="Unit">The figure's unit, or null.</param>
/// <param name="Message">What was seen, for people.</param>
/// <param name="Hint">What to do, or null.</param>
public sealed record HealthEntry(string Id, string Component, CheckStatus Status, double? Observed, string? Unit, string Message, string? Hint);
