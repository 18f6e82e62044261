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
    private long _startedAt;

    public IDiagnosticCheck Check => check;

    /// <summary>Runs the check, or joins the run that is under way.</summary>
    /// <param name="deadline">Ends with the whole report.</param>
    public async Task<CheckOutcome> RunAsync(CancellationToken deadline)
    {
        var begun = time.GetTimestamp();
        var (running, left) = Start();
        if (left <= TimeSpan.Zero && !running.IsCompleted)
            return new CheckOutcome(check, CheckReading.NotKnown("An earlier run has not ended; it is not started again while it hangs."), TimeSpan.Zero, Failed: true);
        try
        {
            var reading = await running.WaitAsync(left > TimeSpan.Zero ? left : timeout, time, deadline).ConfigureAwait(false);
            return new CheckOutcome(check, reading, time.GetElapsedTime(begun), Failed: false);
        }
        catch (Exception fault)
        {
            // The message of an exception may hold names and paths that are nobody's business; the type says enough.
            var isLate = fault is TimeoutException or OperationCanceledException;
            var message = isLate ? "It did not end in time." : $"It failed ({fault.GetType().Name}).";
            return new CheckOutcome(check, CheckReading.NotKnown(message), time.GetElapsedTime(begun), Failed: true);
        }
    }

    private (Task<CheckReading> Running, TimeSpan Left) Start()
    {
        lock (_gate)
        {
            if (_running is { IsCompleted: false })
                return (_running, timeout - time.GetElapsedTime(_startedAt));
            _startedAt = time.GetTimestamp();
            _running = Task.Run(StartAsync);
            return (_running, timeout);
        }
    }

    private async Task<CheckReading> StartAsync()
    {
        using var cancellation = new CancellationTokenSource(timeout, time);
        return await check.RunAsync(cancellation.Token).ConfigureAwait(false);
    }
}
