using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Patchbay.Tools.System.Sampling;

/// <summary>Makes the sampler take a sample once a second for as long as the host runs.</summary>
internal sealed class SamplerService(Sampler sampler, TimeProvider time, ILogger<SamplerService> logger) : BackgroundService
{
    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Sampler.Interval, time);
        try
        {
            do
                Sample();
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private void Sample()
    {
        try
        {
            sampler.Sample();
        }
        catch (Exception fault)
        {
            // One file in a form nobody has seen must not end the sampling of all others for good.
            SamplerLog.SampleFailed(logger, fault);
        }
    }
}
