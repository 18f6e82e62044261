using System.Globalization;
using Patchbay.Store;
using Patchbay.Store.Executions;
using Patchbay.Tools.Diagnostics;

namespace Patchbay.Server.Diagnostics.Checks;

/// <summary>Writes an execute-once record of its own to the store, waits until it is committed, and reads its answer back.</summary>
internal sealed class StoreRoundtripCheck(Func<Engine> find) : IDiagnosticCheck
{
    private const string Owner = "diagnostics";

    // Never an id of an earlier process: a crash must not make the next probe find its record.
    private readonly Lazy<string> _run = new(() => find().Ids.Next("probe-"));
    private long _number;

    public string Id => "store.roundtrip";

    public string Component => "services";

    public DiagnosticLevel Level => DiagnosticLevel.Detailed;

    public async ValueTask<CheckReading> RunAsync(CancellationToken cancellationToken)
    {
        var engine = find();
        var begun = engine.Time.GetTimestamp();
        var number = Interlocked.Increment(ref _number);
        // Like any record it is dropped after ten minutes; one that is cut off by a crash is answered to nobody at the next start.
        var start = new ExecutionStart
        {
            Key = new ExecutionKey(ExecutionScope.ApiKey, Owner, string.Create(CultureInfo.InvariantCulture, $"{_run.Value}.{number}")),
            Digest = (UInt128)number,
            KeyId = Owner,
            Method = "diagnostics/report",
            Tool = "",
            Repeatable = false,
        };
        var answer = BitConverter.GetBytes(number);
        var record = await engine.Store.Executions.BeginAsync(start, cancellationToken).ConfigureAwait(false);
        if (record.Outcome != ExecutionOutcome.Started || await record.Ticket.WaitAsync(cancellationToken).ConfigureAwait(false) != StoreFault.None)
            return Refused($"the store took no record ({record.Outcome}, {engine.Store.Figures.Fault})");
        if (await engine.Store.Executions.Finish(record.Number, new ExecutionAnswer(false, answer)).WaitAsync(cancellationToken).ConfigureAwait(false) is var fault and not StoreFault.None)
            return Refused($"the store took no answer ({fault})");
        var again = await engine.Store.Executions.BeginAsync(start, cancellationToken).ConfigureAwait(false);
        if (again.Outcome != ExecutionOutcome.Finished || !again.Answer.Json.Span.SequenceEqual(answer))
            return Refused("what was read is not what was written");
        return EngineCheck.Judge("Time to write to the store and read back", engine.Time.GetElapsedTime(begun).TotalMilliseconds, "ms", 250, 2_000,
            "The disk of the data directory is slow or busy: see disk.write_latency (level full).");
    }

    private static CheckReading Refused(string what) => new(CheckStatus.Unhealthy, $"The store does not work: {what}.") { Hint = "Look at the disk of the data directory, and at the log." };
}
