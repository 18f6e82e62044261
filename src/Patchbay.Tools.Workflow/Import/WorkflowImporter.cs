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

    /// <summary>Reads a log to its end and records it.</summary>
    /// <param name="log">The log; CSV as UTF-8 (a byte order mark is obeyed), XES as its XML declaration says.</param>
    /// <param name="options">The workflow, the format, and the columns.</param>
    /// <param name="cancellationToken">Ends the import; what was recorded stays.</param>
    public async ValueTask<WorkflowImportResult> ImportAsync(Stream log, WorkflowImportOptions options, CancellationToken cancellationToken)
    {
        var state = new State(options.WorkflowId);
        string? fault = null;
        try
        {
            if (options.Format == LogFormat.Xes)
            {
                await RecordAsync(new XesLog(log).Read(), state, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                using var text = new StreamReader(log, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, leaveOpen: true);
                var csv = new CsvLog(text, options);
                fault = csv.Open();
                if (fault is null)
                    await RecordAsync(csv.Read(), state, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (XmlException exception)
        {
            fault = $"not XES: line {exception.LineNumber}, position {exception.LinePosition}";
            await FlushAsync(state, cancellationToken).ConfigureAwait(false);
        }

        return new WorkflowImportResult(state.Executions.Count, state.Steps, state.RejectedCount, state.Rejected, fault);
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
            if (++state.Pending >= BatchSteps)
                await FlushAsync(state, cancellationToken).ConfigureAwait(false);
        }

        await FlushAsync(state, cancellationToken).ConfigureAwait(false);
    }

    private async ValueTask FlushAsync(State state, CancellationToken cancellationToken)
    {
        if (state.Pending == 0)
            return;
        var batch = state.Batch.Select(entry => Execution(state.WorkflowId, entry.Key, entry.Value)).ToList();
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
    private sealed class State(string workflowId)
    {
        public string WorkflowId { get; } = workflowId;

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
