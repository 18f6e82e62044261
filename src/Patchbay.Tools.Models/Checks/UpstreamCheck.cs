using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.Models.Catalog;
using Patchbay.Tools.Models.Upstreams;

namespace Patchbay.Tools.Models.Checks;

/// <summary>Asks a model server for its list, so that one that is stopped is found before somebody calls it.</summary>
internal sealed class UpstreamCheck(string name, ModelCatalog catalog, TimeProvider time) : IDiagnosticCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public string Id => "models.upstream." + name;

    public string Component => "services";

    public DiagnosticLevel Level => DiagnosticLevel.Full;

    // Longer than the probe's own, so that it is told in words what did not come in time.
    public TimeSpan? Timeout => Patience + TimeSpan.FromSeconds(1);

    public async ValueTask<CheckReading> RunAsync(CancellationToken cancellationToken)
    {
        var upstream = catalog.Listings.Single(listing => listing.Upstream.Name == name).Upstream;
        var started = time.GetTimestamp();
        using var clock = new PhaseClock(PhaseTimes.Of(upstream.Options).Within(Patience), time, cancellationToken);
        try
        {
            using var reply = await upstream.SendAsync("models", null, maxRetries: 0, clock).ConfigureAwait(false);
            var took = time.GetElapsedTime(started);
            return new CheckReading(CheckStatus.Healthy, $"The model server '{name}' answered.") { Observed = took.TotalMilliseconds, Unit = "ms" };
        }
        catch (UpstreamException exception) when (exception.Fault.Status is 404 or 405)
        {
            return new CheckReading(CheckStatus.Healthy, $"The model server '{name}' answered; it has no list of models.");
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && UpstreamFaults.Of(exception, clock) is { } fault)
        {
            return Of(fault);
        }
    }

    private CheckReading Of(UpstreamFault fault)
    {
        var status = fault.Reason == "upstream_rate_limited" ? CheckStatus.Degraded : CheckStatus.Unhealthy;
        return new CheckReading(status, fault.ToError(name, 1).Message)
        {
            Hint = fault.Reason switch
            {
                "unreachable" or "timeout_connect" => $"Is the model server started, and is Patchbay:Models:Upstreams:{name}:BaseUrl right?",
                "upstream_refused_key" or "key_unavailable" => $"See the key of Patchbay:Models:Upstreams:{name}.",
                "redirect" => $"Put the final address into Patchbay:Models:Upstreams:{name}:BaseUrl.",
                _ => "See the log of the model server.",
            },
        };
    }
}
