using Patchbay.Tools.Diagnostics;

namespace Patchbay.Tools.System.Checks;

/// <summary>A reading and how it came about.</summary>
/// <param name="Check">The check.</param>
/// <param name="Reading">What it read.</param>
/// <param name="Duration">How long that took.</param>
/// <param name="Failed">Whether it timed out or threw, so that the status unknown is itself a bad sign.</param>
internal sealed record CheckOutcome(IDiagnosticCheck Check, CheckReading Reading, TimeSpan Duration, bool Failed)
{
    /// <summary>What this adds to the status of the whole; null for nothing.</summary>
    public CheckStatus? Weight => Reading.Status switch
    {
        CheckStatus.Unhealthy => CheckStatus.Unhealthy,
        CheckStatus.Degraded => CheckStatus.Degraded,
        CheckStatus.Healthy => CheckStatus.Healthy,
        _ => Failed ? CheckStatus.Degraded : null,
    };
}
