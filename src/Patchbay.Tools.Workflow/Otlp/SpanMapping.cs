using Patchbay.Tools.Workflow.Model;

namespace Patchbay.Tools.Workflow.Otlp;

/// <summary>Turns spans into executions: the root of a trace is the execution, its descendants are the steps.</summary>
internal sealed class SpanMapping(KnownAttributes known)
{
    private const int LongestName = 512;
    private const int LongestId = 256;
    private const int LongestMessage = 2048;

    private static readonly string[] Kinds = ["internal", "internal", "server", "client", "producer", "consumer"];

    private readonly int[] _workflowSlots = [.. known.Workflow];
    private readonly Dictionary<string, Trace> _traces = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _cleanNames = new(StringComparer.Ordinal);

    /// <summary>Spans that could not be used, by reason.</summary>
    public Dictionary<string, int> Rejected { get; } = new(StringComparer.Ordinal);

    /// <summary>Spans whose end was before their start and were taken as having no duration.</summary>
    public int Clamped { get; private set; }

    public List<WorkflowExecution> Map(List<OtlpSpan> spans)
    {
        _traces.Clear();
        foreach (var span in spans)
        {
            if (Fault(span) is { } fault)
            {
                Rejected[fault] = Rejected.GetValueOrDefault(fault) + 1;
                continue;
            }

            if (!_traces.TryGetValue(span.TraceId!, out var trace))
                _traces.Add(span.TraceId!, trace = new Trace());
            trace.Steps.Add(Step(span));
            var candidate = new TraceRoot(span.ParentSpanId is null, (long)span.Start, span.SpanId!);
            if (trace.Root is not null && candidate.Rank(trace.Root) >= 0)
                continue;
            trace.Root = candidate;
            trace.RootSpan = span;
        }

        return [.. _traces.Select(trace => new WorkflowExecution { Key = trace.Key, Header = Header(trace.Value), Steps = trace.Value.Steps })];
    }

    private static string? Fault(OtlpSpan span)
    {
        if (span.TraceId is null)
            return "the trace id is not 16 bytes, or all zero";
        if (span.SpanId is null)
            return "the span id is not 8 bytes, or all zero";
        if (span.HasBadParent)
            return "the parent span id is not 8 bytes";
        return span.Start > long.MaxValue || !Timestamp.IsInRange((long)span.Start) || span.End > long.MaxValue || !Timestamp.IsInRange((long)span.End)
            ? "a time is beyond the year 2189"
            : null;
    }

    private WorkflowStep Step(OtlpSpan span)
    {
        var start = (long)span.Start;
        var end = (long)span.End;
        if (end < start)
        {
            Clamped++;
            end = start;
        }

        var status = StepStatusOf(span);
        var hasFailed = status is StepStatus.Failed or StepStatus.TimedOut;
        return new WorkflowStep
        {
            StepId = span.SpanId!,
            ParentStepId = span.ParentSpanId,
            Name = Clean(span.Attributes[KnownAttributes.TaskName] ?? span.Name),
            // Unspecified (0) is internal; a kind of a later version of the protocol is one more way to be internal.
            Kind = span.Kind >= 0 && span.Kind < Kinds.Length ? Kinds[span.Kind] : Kinds[0],
            Status = status,
            StartedAt = start,
            EndedAt = end,
            Worker = Cut(span.Attributes[KnownAttributes.WorkerName] ?? span.Resource.Attributes[KnownAttributes.WorkerName] ?? span.Resource.Attributes[KnownAttributes.ServiceName], LongestId),
            ErrorType = hasFailed ? Cut(span.Attributes[KnownAttributes.ErrorType] ?? span.ExceptionType ?? span.Attributes[KnownAttributes.ExceptionType], LongestId) : null,
            ErrorMessage = hasFailed ? Cut(span.StatusMessage ?? span.ExceptionMessage ?? span.Attributes[KnownAttributes.ExceptionMessage], LongestMessage) : null,
            Attributes = span.Attributes.Json,
        };
    }

    private ExecutionHeader Header(Trace trace)
    {
        var span = trace.RootSpan!;
        var resource = span.Resource.Attributes;
        return new ExecutionHeader
        {
            WorkflowId = WorkflowOf(span),
            ExecutionId = Cut(NotEmpty(Known(span, KnownAttributes.RunId)) is { } run ? Clean(run) : span.TraceId!, LongestId)!,
            Version = NotEmpty(Cut(resource[KnownAttributes.ServiceVersion], LongestId)),
            Status = ExecutionStatusOf(span),
            StartedAt = (long)span.Start,
            EndedAt = Math.Max((long)span.Start, (long)span.End),
            Attributes = resource.Json,
            Root = trace.Root,
        };
    }

    private string WorkflowOf(OtlpSpan span)
    {
        foreach (var slot in _workflowSlots)
        {
            if (NotEmpty(Known(span, slot)) is { } name)
                return Cut(Clean(name), LongestId)!;
        }

        return Cut(Clean($"{span.Resource.Attributes[KnownAttributes.ServiceName] ?? "unknown_service"} {span.Name}"), LongestId)!;
    }

    private static ExecutionStatus ExecutionStatusOf(OtlpSpan span) => Known(span, KnownAttributes.PipelineResult) switch
    {
        "success" => ExecutionStatus.Succeeded,
        "failure" or "error" => ExecutionStatus.Failed,
        "timeout" => ExecutionStatus.TimedOut,
        "cancellation" or "skip" => ExecutionStatus.Cancelled,
        _ => span.StatusCode == OtlpSpan.StatusError ? ExecutionStatus.Failed : ExecutionStatus.Succeeded,
    };

    private static StepStatus StepStatusOf(OtlpSpan span) => span.Attributes[KnownAttributes.TaskResult] switch
    {
        "success" => StepStatus.Succeeded,
        "failure" or "error" => StepStatus.Failed,
        "timeout" => StepStatus.TimedOut,
        "cancellation" => StepStatus.Cancelled,
        "skip" => StepStatus.Skipped,
        _ => span.StatusCode == OtlpSpan.StatusError ? StepStatus.Failed : StepStatus.Succeeded,
    };

    private static string? Known(OtlpSpan span, int slot) => span.Attributes[slot] ?? span.Resource.Attributes[slot];

    /// <summary>A name without control characters, not empty and not too long.</summary>
    private string Clean(string name)
    {
        if (_cleanNames.TryGetValue(name, out var clean))
            return clean;
        clean = Cut(string.Concat(name.Select(character => char.IsControl(character) ? ' ' : character)).Trim(), LongestName)!;
        clean = clean.Length == 0 ? "(unnamed)" : clean;
        _cleanNames.Add(name, clean);
        return clean;
    }

    private static string? NotEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;

    private static string? Cut(string? text, int length)
    {
        if (text is null || text.Length <= length)
            return text;
        // Not between the halves of a character beyond the basic plane.
        return text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
    }

    private sealed class Trace
    {
        public List<WorkflowStep> Steps { get; } = [];

        public TraceRoot? Root { get; set; }

        public OtlpSpan? RootSpan { get; set; }
    }
}
