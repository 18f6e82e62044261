using System.Text.Json;

namespace Patchbay.Tools.Workflow.Model;

/// <summary>
/// Joins two reports of the same thing. The join is commutative, associative and idempotent, so that neither the order of arrival nor a repetition changes what is stored:
/// starts take the earlier, ends the later, the status follows the report that ends later (then the higher rank), and texts that differ take the ordinally greater one.
/// </summary>
internal static class Merge
{
    public static WorkflowStep Steps(WorkflowStep a, WorkflowStep b)
    {
        var status = (a.EndedAt ?? UnixTime.Absent, a.Status).CompareTo((b.EndedAt ?? UnixTime.Absent, b.Status)) >= 0 ? a.Status : b.Status;
        return new WorkflowStep
        {
            StepId = a.StepId,
            Attempt = a.Attempt,
            Name = Later(a.Name, b.Name)!,
            ParentStepId = Later(a.ParentStepId, b.ParentStepId),
            DependsOn = Union(a.DependsOn, b.DependsOn),
            Kind = a.Kind == "task" ? b.Kind : b.Kind == "task" ? a.Kind : Later(a.Kind, b.Kind)!,
            Status = status,
            ScheduledAt = Earliest(a.ScheduledAt, b.ScheduledAt),
            StartedAt = Earliest(a.StartedAt, b.StartedAt),
            EndedAt = Latest(a.EndedAt, b.EndedAt),
            Worker = Later(a.Worker, b.Worker),
            ErrorType = Later(a.ErrorType, b.ErrorType),
            ErrorMessage = Later(a.ErrorMessage, b.ErrorMessage),
            Attributes = Attributes(a.Attributes, b.Attributes),
        };
    }

    public static ExecutionHeader Headers(ExecutionHeader a, ExecutionHeader b)
    {
        // Of two candidates for the root of a trace, the better one says everything; what the other said of itself stays with its step.
        var order = a.Root is null ? (b.Root is null ? 0 : 1) : a.Root.Rank(b.Root);
        if (order != 0)
            return order < 0 ? a : b;
        var status = (a.EndedAt ?? UnixTime.Absent, a.Status).CompareTo((b.EndedAt ?? UnixTime.Absent, b.Status)) >= 0 ? a.Status : b.Status;
        return a with
        {
            WorkflowId = Later(a.WorkflowId, b.WorkflowId)!,
            ExecutionId = Later(a.ExecutionId, b.ExecutionId)!,
            Version = Later(a.Version, b.Version),
            ParentExecutionId = Later(a.ParentExecutionId, b.ParentExecutionId),
            Status = status,
            StartedAt = Math.Min(a.StartedAt, b.StartedAt),
            EndedAt = Latest(a.EndedAt, b.EndedAt),
            Attributes = Attributes(a.Attributes, b.Attributes),
        };
    }

    private static string? Later(string? a, string? b) => string.CompareOrdinal(a, b) >= 0 ? a : b;

    private static long? Earliest(long? a, long? b) => a is null ? b : b is null ? a : Math.Min(a.Value, b.Value);

    private static long? Latest(long? a, long? b) => a is null ? b : b is null ? a : Math.Max(a.Value, b.Value);

    private static IReadOnlyList<string> Union(IReadOnlyList<string> a, IReadOnlyList<string> b)
    {
        if (b.Count == 0 || a.SequenceEqual(b))
            return a;
        return a.Count == 0 ? b : [.. a.Union(b, StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    /// <summary>The union of two JSON objects; of two values of one name, the ordinally greater text.</summary>
    private static ReadOnlyMemory<byte> Attributes(ReadOnlyMemory<byte> a, ReadOnlyMemory<byte> b)
    {
        if (b.IsEmpty || a.Span.SequenceEqual(b.Span))
            return a;
        if (a.IsEmpty)
            return b;
        var union = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var side in (ReadOnlySpan<ReadOnlyMemory<byte>>)[a, b])
        {
            using var document = JsonDocument.Parse(side);
            foreach (var member in document.RootElement.EnumerateObject())
                union[member.Name] = union.TryGetValue(member.Name, out var other) ? Later(other, member.Value.GetRawText())! : member.Value.GetRawText();
        }

        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var (name, value) in union)
            {
                writer.WritePropertyName(name);
                writer.WriteRawValue(value, skipInputValidation: true);
            }

            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }
}
