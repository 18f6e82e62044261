using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Patchbay.AspNetCore.Telemetry.Exposition;

namespace Patchbay.AspNetCore.Telemetry;

/// <summary>Lets the metrics page listen from the start on, so that nothing is missed before somebody first looks.</summary>
internal sealed class TelemetryService(IOptions<TelemetryOptions> options, MetricsCollector collector) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Metrics)
            collector.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
