using Patchbay.Tools.Diagnostics;

namespace Patchbay.Tools.System.Checks;

/// <summary>
/// Runs one check, never twice at a time. A check that does not end in time is left behind with its thread, and not started again until
/// it has ended: a dead mount or a lost peer costs one thread, however often somebody asks.
/// </summary>
internal sealed class CheckSlot(IDiagnosticCheck check, TimeSpan timeout, TimeProvider time)
{
    private readonly Lock _gate = new();
    private Task<CheckReading>? _running;
    private CancellationToken _timeUp;

    public IDiagnosticCheck Check => check;

    /// <summary>Runs the check, or joins the run that is under way.</summary>
    /// <param name="deadline">Ends with the whole report.</param>
    public async Task<CheckOutcome> RunAsync(CancellationToken deadline)
    {
        var begun = time.GetTimestamp();
        var (running, timeUp, isHanging) = Start();
        if (isHanging)
            return new CheckOutcome(check, CheckReading.NotKnown("An earlier run has not ended; it is not started again while it hangs."), TimeSpan.Zero, Failed: true);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(timeUp, deadline);
        try
        {
            var reading = await running.WaitAsync(end.Token).ConfigureAwait(false);
            return new CheckOutcome(check, reading, time.GetElapsedTime(begun), Failed: false);
        }
        catch (Exception fault)
        {
            // The message of an exception may hold names and paths that are nobody's business; the type says enough.
            var message = fault is OperationCanceledException or TimeoutException ? "It did not end in time." : $"It failed ({fault.GetType().Name}).";
            return new CheckOutcome(check, CheckReading.NotKnown(message), time.GetElapsedTime(begun), Failed: true);
        }
    }

    private (Task<CheckReading> Running, CancellationToken TimeUp, bool IsHanging) Start()
    {
        lock (_gate)
        {
            if (_running is { IsCompleted: false })
                return (_running, _timeUp, _timeUp.IsCancellationRequested);
            var cancellation = new CancellationTokenSource(timeout, time);
            _timeUp = cancellation.Token;
            _running = Task.Run(() => RunAsync(cancellation), CancellationToken.None);
            return (_running, _timeUp, false);
        }
    }

    private async Task<CheckReading> RunAsync(CancellationTokenSource cancellation)
    {
        using (cancellation)
            return await check.RunAsync(cancellation.Token).ConfigureAwait(false);
    }
}
