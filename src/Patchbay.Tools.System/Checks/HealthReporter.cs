using Patchbay.Tools.Diagnostics;

namespace Patchbay.Tools.System.Checks;

/// <summary>The report of <c>system/diagnostics</c>, for those who ask by HTTP.</summary>
internal sealed class HealthReporter(DiagnosticRunner runner) : IHealthReporter
{
    public async Task<HealthReport> ReportAsync(DiagnosticLevel level, CancellationToken cancellationToken)
    {
        var result = await runner.RunAsync(null, level, cancellationToken).ConfigureAwait(false);
        var status = result.Status switch
        {
            OverallStatus.Unhealthy => CheckStatus.Unhealthy,
            OverallStatus.Degraded => CheckStatus.Degraded,
            _ => CheckStatus.Healthy,
        };
        return new HealthReport(status, [.. result.Checks.Select(check =>
            new HealthEntry(check.Id, check.Component, check.Status, check.Observed, check.Unit, check.Message, check.Hint))]);
    }
}
