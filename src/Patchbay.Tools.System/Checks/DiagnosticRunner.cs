using Microsoft.Extensions.Options;
using Patchbay.Tools.Diagnostics;

namespace Patchbay.Tools.System.Checks;

/// <summary>
/// Runs the checks of a question at once, each isolated and with its own time-out, the whole with a deadline. Questions that are the same
/// share one run, and get its report for a short while after.
/// </summary>
internal sealed class DiagnosticRunner
{
    private const int AtOnce = 8;

    private readonly SystemOptions _options;
    private readonly TimeProvider _time;
    private readonly CheckSlot[] _slots;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (Task<DiagnosticsResult> Run, long StartedAt)> _runs = new(StringComparer.Ordinal);

    public DiagnosticRunner(BuiltInChecks own, IEnumerable<IDiagnosticCheck> contributed, IOptions<SystemOptions> options, TimeProvider time)
    {
        _options = options.Value;
        _time = time;
        _slots = [.. own.All.Concat(contributed).OrderBy(check => check.Component, StringComparer.Ordinal).ThenBy(check => check.Id, StringComparer.Ordinal)
            .Select(check => new CheckSlot(check, Timeout(check), time))];
    }

    /// <summary>The report of these components at this level.</summary>
    /// <param name="components">The components wanted; null for all.</param>
    /// <param name="level">The level.</param>
    /// <param name="cancellationToken">Ends the waiting, not the run: others may wait for it.</param>
    public async Task<DiagnosticsResult> RunAsync(IReadOnlySet<string>? components, DiagnosticLevel level, CancellationToken cancellationToken)
    {
        var key = level + ":" + (components is null ? "all" : string.Join(',', components.Order(StringComparer.Ordinal)));
        Task<DiagnosticsResult> run;
        long startedAt;
        bool isOld;
        lock (_gate)
        {
            isOld = _runs.TryGetValue(key, out var last) && last.Run.IsCompletedSuccessfully;
            if (last.Run is null || (last.Run.IsCompleted && _time.GetElapsedTime(last.StartedAt) >= TimeSpan.FromMilliseconds(_options.ReportMinimumGapMs)))
            {
                last = (Task.Run(() => ExecuteAsync(components, level), CancellationToken.None), _time.GetTimestamp());
                _runs[key] = last;
                isOld = false;
            }

            (run, startedAt) = last;
        }

        var result = await run.WaitAsync(cancellationToken).ConfigureAwait(false);
        return isOld ? result with { Cached = true, AgeS = _time.GetElapsedTime(startedAt).TotalSeconds } : result;
    }

    private async Task<DiagnosticsResult> ExecuteAsync(IReadOnlySet<string>? components, DiagnosticLevel level)
    {
        var started = _time.GetTimestamp();
        var wanted = _slots.Where(slot => slot.Check.Level <= level && (components?.Contains(slot.Check.Component) ?? true)).ToList();
        using var deadline = new CancellationTokenSource(Deadline(level), _time);
        using var room = new SemaphoreSlim(AtOnce);
        // Started first, so that they are under way while the others are looked at here.
        var probes = wanted.Where(slot => slot.Check is not ILocalCheck).Select(slot => ProbeAsync(slot, room, deadline.Token)).ToList();
        var outcomes = wanted.Where(slot => slot.Check is ILocalCheck).Select(slot => Look((ILocalCheck)slot.Check)).ToList();
        outcomes.AddRange(await Task.WhenAll(probes).ConfigureAwait(false));
        return DiagnosticsResult.Of(level, outcomes, _time.GetElapsedTime(started));
    }

    private static async Task<CheckOutcome> ProbeAsync(CheckSlot slot, SemaphoreSlim room, CancellationToken deadline)
    {
        try
        {
            await room.WaitAsync(deadline).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return new CheckOutcome(slot.Check, CheckReading.NotKnown("The time for the whole report was over before its turn."), TimeSpan.Zero, Failed: true);
        }

        try
        {
            return await slot.RunAsync(deadline).ConfigureAwait(false);
        }
        finally
        {
            room.Release();
        }
    }

    private CheckOutcome Look(ILocalCheck check)
    {
        var started = _time.GetTimestamp();
        try
        {
            return new CheckOutcome(check, check.Look(), _time.GetElapsedTime(started), Failed: false);
        }
        catch (Exception fault)
        {
            return new CheckOutcome(check, CheckReading.NotKnown($"It failed ({fault.GetType().Name})."), _time.GetElapsedTime(started), Failed: true);
        }
    }

    private TimeSpan Timeout(IDiagnosticCheck check) =>
        check.Timeout ?? TimeSpan.FromMilliseconds(check.Component == Components.Network ? _options.NetworkCheckTimeoutMs : _options.CheckTimeoutMs);

    private TimeSpan Deadline(DiagnosticLevel level) => TimeSpan.FromMilliseconds(level switch
    {
        DiagnosticLevel.Basic => _options.BasicDeadlineMs,
        DiagnosticLevel.Detailed => _options.DetailedDeadlineMs,
        _ => _options.FullDeadlineMs,
    });
}
