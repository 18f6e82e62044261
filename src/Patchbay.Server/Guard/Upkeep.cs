using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Patchbay.Server.Guard.Keys;
using Patchbay.Server.Guard.Penalties;

namespace Patchbay.Server.Guard;

/// <summary>Keeps keys and penalties in agreement with the store, once a second for all of them.</summary>
internal sealed partial class Upkeep(KeyRing keys, PenaltyKeeper penalties, TimeProvider time, ILogger<Upkeep> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    /// <summary>Loads what is stored, before the first handshake.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await penalties.LoadAsync(cancellationToken).ConfigureAwait(false);
        await keys.RefreshAsync(cancellationToken).ConfigureAwait(false);
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
                await LookAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await keys.RefreshAsync(cancellationToken).ConfigureAwait(false);
            await penalties.SyncAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // The keys as last seen stay in force; the next look tries again.
            LogStoreFault(logger, fault);
        }
    }
}
