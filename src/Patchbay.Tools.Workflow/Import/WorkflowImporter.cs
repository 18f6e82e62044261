using System.Text;
using System.Xml;
using Patchbay.Tools.Workflow.Model;
using Patchbay.Tools.Workflow.Storage;

namespace Patchbay.Tools.Workflow.Import;

/// <summary>
/// Records event logs of process mining. An execution begins with its first event and ends with its last; it counts as succeeded, for logs do not say otherwise.
/// Importing a log again changes nothing.
/// </summary>
/// <param name="store">Where executions are recorded.</param>
public sealed class WorkflowImporter(IWorkflowStore store)
{
    /// <summary>Steps recorded at a time. A case that is spread over the file is joined by the store, so that no more than this is held in memory.</summary>
    private const int BatchSteps = 10_000;

    private const int ListedRejections = 100;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads a log to its end and records it.</summary>
    /// <param name="log">The log; CSV as UTF-8 (a byte order mark is obeyed), XES as its XML declaration says. One that can be sought in may be packed by gzip.</param>
    /// <param name="options">The workflow, the format, and the columns.</param>
    /// <param name="cancellationToken">Ends the import; what was recorded stays.</param>
    public async ValueTask<WorkflowImportResult> ImportAsync(Stream log, WorkflowImportOptions options, CancellationToken cancellationToken)
    {
        var state = new State(options);
        string? fault = null;
        var unpacked = await LogStream.OpenAsync(log, cancellationToken).ConfigureAwait(false);
        CsvLog? csv = null;
        try
        {
            if (options.Format == LogFormat.Xes)
            {
                await RecordAsync(new XesLog(unpacked).Read(), state, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                using var text = new StreamReader(unpacked, StrictUtf8, detectEncodingFromByteOrderMarks: true, leaveOpen: true);
                csv = new CsvLog(text, options);
                fault = csv.Open();
                if (fault is null)
                    await RecordAsync(csv.Read(), state, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (Fault(exception, csv) is not null)
        {
            fault = Fault(exception, csv);
            await FlushAsync(state, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            if (unpacked != log)
                await unpacked.DisposeAsync().ConfigureAwait(false);
        }

        return new WorkflowImportResult(state.Executions.Count, state.Steps, state.RejectedCount, state.Rejected, fault);
    }

    /// <summary>What is wrong with the log; null for what is wrong with something else.</summary>
    private static string? Fault(Exception exception, CsvLog? csv) => exception switch
    {
        XmlException xml => $"line {xml.LineNumber}, position {xml.LinePosition}: not XES: {WithoutPlace(xml.Message)}",
        DecoderFallbackException => $"after line {csv?.Line ?? 0}: not UTF-8; convert it first, for example with iconv",
        InvalidDataException data => data.Message,
        _ => null,
    };

    // The message of the XML reader ends with the place, which is told already.
    private static string WithoutPlace(string message)
    {
        var place = message.LastIndexOf(" Line ", StringComparison.Ordinal);
        return place < 0 ? message : message[..place];
    }

    private async ValueTask RecordAsync(IEnumerable<LogEvent> events, State state, CancellationToken cancellationToken)
    {
        foreach (var entry in events)
        {
            if (entry.Step is not { } step)
            {
                state.Reject(entry.Fault!);
                continue;
            }

            if (!state.Batch.TryGetValue(entry.Case, out var steps))
                state.Batch.Add(entry.Case, steps = []);
            steps.Add(step);
            if (++state.Pending < BatchSteps)
                continue;
            await FlushAsync(state, cancellationToken).ConfigureAwait(false);
            state.Options.Progress?.Report(new WorkflowImportProgress(state.Executions.Count, state.Steps, state.RejectedCount));
        }

        await FlushAsync(state, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask FlushAsync(State state, CancellationToken cancellationToken)
    {
        if (state.Pending == 0)
            return;
        var batch = state.Batch.Select(entry => Execution(state.Options.WorkflowId, entry.Key, entry.Value)).ToList();
        var outcome = await store.RecordAsync(batch, cancellationToken).ConfigureAwait(false);
        var refused = outcome.Refused.ToDictionary(entry => entry.Index, entry => entry.Reason);
        for (var index = 0; index < batch.Count; index++)
        {
            if (refused.TryGetValue(index, out var reason))
            {
                state.Reject($"case {batch[index].Header.ExecutionId}: {reason}");
                continue;
            }

            state.Executions.Add(batch[index].Header.ExecutionId);
            state.Steps += batch[index].Steps.Count;
        }

        state.Batch.Clear();
        state.Pending = 0;
    }

    private static WorkflowExecution Execution(string workflowId, string executionId, List<WorkflowStep> steps) => new()
    {
        Key = WorkflowExecution.KeyOf(workflowId, executionId),
        Steps = steps,
        Header = new ExecutionHeader
        {
            WorkflowId = workflowId,
            ExecutionId = executionId,
            Status = ExecutionStatus.Succeeded,
            StartedAt = steps.Min(step => Math.Min(step.ScheduledAt ?? long.MaxValue, step.StartedAt ?? step.EndedAt ?? long.MaxValue)),
            EndedAt = steps.Max(step => step.EndedAt ?? step.StartedAt ?? step.ScheduledAt!.Value),
        },
    };

    /// <summary>What an import has come to so far.</summary>
    private sealed class State(WorkflowImportOptions options)
    {
        public WorkflowImportOptions Options { get; } = options;

        public Dictionary<string, List<WorkflowStep>> Batch { get; } = new(StringComparer.Ordinal);

        public int Pending { get; set; }

        public HashSet<string> Executions { get; } = new(StringComparer.Ordinal);

        public int Steps { get; set; }

        public int RejectedCount { get; private set; }

        public List<string> Rejected { get; } = [];

        public void Reject(string reason)
        {
            RejectedCount++;
            if (Rejected.Count < ListedRejections)
                Rejected.Add(reason);
        }
    }
}
