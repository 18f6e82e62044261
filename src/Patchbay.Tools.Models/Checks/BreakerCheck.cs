using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.Models.Catalog;
using Patchbay.Tools.Models.Upstreams;

namespace Patchbay.Tools.Models.Checks;

/// <summary>Whether calls to a model server go through, as its circuit breaker has seen.</summary>
internal sealed class BreakerCheck(string name, ModelCatalog catalog) : IDiagnosticCheck
{
    public string Id => "models.breaker." + name;

    public string Component => "services";

    public DiagnosticLevel Level => DiagnosticLevel.Basic;

    public ValueTask<CheckReading> RunAsync(CancellationToken cancellationToken)
    {
        var upstream = catalog.Listings.Single(listing => listing.Upstream.Name == name).Upstream;
        var failures = upstream.Breaker.FailuresInRow;
        var status = upstream.Breaker.State switch
        {
            BreakerState.Closed when failures == 0 => CheckStatus.Healthy,
            BreakerState.Closed or BreakerState.HalfOpen => CheckStatus.Degraded,
            _ => CheckStatus.Unhealthy,
        };
        return ValueTask.FromResult(new CheckReading(status, $"Failures in a row of the model server '{name}': {failures}.")
        {
            Observed = failures,
            Unit = "count",
            DegradedAt = 1,
            UnhealthyAt = upstream.Options.BreakerFailures,
            Hint = status == CheckStatus.Healthy ? null : "Level full asks the model server and says what is wrong.",
        });
    }
}
