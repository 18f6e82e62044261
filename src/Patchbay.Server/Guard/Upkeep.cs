using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Patchbay.Server.Guard.Keys;
using Patchbay.Server.Guard.Penalties;

namespace Patchbay.Server.Guard;

/// <summary>
/// The one background task of the guard. Each second, and at each step up the ladder, it obeys what other processes have changed in the store
/// and writes down what has changed here.
/// </summary>
/// <param name="keys">The keys.</param>
/// <param name="penalties">The penalties.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Gets what goes wrong.</param>
/// <param name="trouble">Told once for each trouble that begins, in one sentence for a critical diagnostic; must not throw.</param>
internal sealed partial class Upkeep(KeyRing keys, PenaltyKeeper penalties, TimeProvider time, ILogger<Upkeep> logger, Action<string>? trouble = null) : BackgroundService
{
    /// <summary>Well within the five seconds in which an operator's word must be obeyed.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private bool _failing;

    /// <summary>Loads what is stored, before the first handshake. What the store throws stops the start.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await penalties.LoadAsync(cancellationToken).ConfigureAwait(false);
        await keys.RefreshAsync(cancellationToken).ConfigureAwait(false);
        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Stores what the last second has brought, after the last look has ended.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        await LookAsync().ConfigureAwait(false);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.WhenAny(Task.Delay(Period, time, stoppingToken), penalties.Stepped.Occurred).ConfigureAwait(false);
            penalties.Stepped.Reset();
            await LookAsync().ConfigureAwait(false);
        }
    }

    private async Task LookAsync()
    {
        try
        {
            await keys.RefreshAsync(CancellationToken.None).ConfigureAwait(false);
            await penalties.SyncAsync(CancellationToken.None).ConfigureAwait(false);
            if (_failing)
                LogStoreAnswers(logger);
            _failing = false;
        }
        catch (Exception fault)
        {
            // Whatever the store has: keys and penalties as last seen stay in force, and the next look tries again.
            if (_failing)
                return;
            _failing = true;
            LogStoreFault(logger, fault);
            trouble?.Invoke("The store of keys and penalties does not answer: changes made elsewhere are not seen, and changes made here wait.");
        }
    }
}
