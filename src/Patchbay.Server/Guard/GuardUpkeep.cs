using Microsoft.Extensions.Logging;
using Patchbay.Server.Guard.Keys;
using Patchbay.Server.Guard.Penalties;

namespace Patchbay.Server.Guard;

/// <summary>The one background task of the guard: each second it obeys what other processes have changed in the store and writes down what has changed here.</summary>
/// <param name="ring">The keys.</param>
/// <param name="penalties">The penalties.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Gets what goes wrong.</param>
/// <param name="trouble">Told once for each trouble that begins, in one sentence for a critical diagnostic; must not throw.</param>
internal sealed partial class GuardUpkeep(KeyRing ring, PenaltyKeeper penalties, TimeProvider time, ILogger<GuardUpkeep> logger, Action<string>? trouble = null) : IDisposable
{
    /// <summary>Well within the five seconds in which an operator's word must be obeyed.</summary>
    public static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _woken = new(0, 1);
    private bool _failing;

    /// <summary>Takes in keys and penalties; to be awaited before the first request. What the store throws stops the start.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        await ring.RefreshAsync(cancellationToken).ConfigureAwait(false);
        await penalties.LoadAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Has the next round begin at once; called at each step up the ladder, so that a killed process forgets no ban.</summary>
    public void Wake()
    {
        try
        {
            _woken.Release();
        }
        catch (SemaphoreFullException)
        {
            // It has been woken already and will come.
        }
    }

    /// <summary>Runs until it is cancelled, and does one last round then.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var woken = _woken.WaitAsync(cancellationToken);
        do
        {
            var pause = Task.Delay(Period, time, cancellationToken);
            if (await Task.WhenAny(pause, woken).ConfigureAwait(false) == woken && woken.IsCompletedSuccessfully)
                woken = _woken.WaitAsync(cancellationToken);
            await RoundAsync(CancellationToken.None).ConfigureAwait(false);
        }
        while (!cancellationToken.IsCancellationRequested);
    }

    /// <inheritdoc />
    public void Dispose() => _woken.Dispose();

    private async Task RoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            await ring.RefreshAsync(cancellationToken).ConfigureAwait(false);
            await penalties.SyncAsync(cancellationToken).ConfigureAwait(false);
            if (_failing)
                LogRecovered(logger);
            _failing = false;
        }
        catch (Exception fault)
        {
            // Whatever the store has: keys and penalties in memory hold, and the next round tries again.
            if (_failing)
                return;
            _failing = true;
            LogFailing(logger, fault);
            trouble?.Invoke("The store of keys and penalties does not answer; changes made elsewhere are not seen, and changes made here wait.");
        }
    }
}
