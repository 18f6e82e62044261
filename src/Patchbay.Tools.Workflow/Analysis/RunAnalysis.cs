using System.Globalization;
using System.Text.Json;
using Patchbay.Tools.Workflow.Model;
using Patchbay.Tools.Workflow.Reports;
using Patchbay.Tools.Workflow.Storage;

namespace Patchbay.Tools.Workflow.Analysis;

/// <summary>Lays a single execution open: every attempt, and the sums of what was recorded with them.</summary>
internal static class RunAnalysis
{
    private const int ListedSteps = 1000;

    public static RunReport Of(StoredExecution execution)
    {
        var header = execution.Header;
        var steps = StepDecoder.Decode(execution.Chunks).Where(step => step.StepId != header.Root?.StepId)
            .OrderBy(step => step.StartedAt ?? step.EndedAt ?? step.ScheduledAt ?? 0).ThenBy(step => step.StepId.Length)
            .ThenBy(step => step.StepId, StringComparer.Ordinal).ThenBy(step => step.Attempt).ToList();
        return new RunReport(
            header.ExecutionId, Name(header.Status), UnixTime.Format(header.StartedAt), Time(header.EndedAt), Difference(header.StartedAt, header.EndedAt),
            header.Version, header.ParentExecutionId, Json(header.Attributes), Totals(steps), steps.Count, [.. steps.Take(ListedSteps).Select(Step)]);
    }

    private static RunStepReport Step(WorkflowStep step) => new(
        step.StepId, step.Name, step.ParentStepId, step.Attempt, step.Kind, Name(step.Status), Time(step.ScheduledAt), Time(step.StartedAt), Time(step.EndedAt),
        Difference(step.ScheduledAt, step.StartedAt), Difference(step.StartedAt, step.EndedAt), step.Worker, step.ErrorType, step.ErrorMessage, Json(step.Attributes));

    private static SortedDictionary<string, double> Totals(List<WorkflowStep> steps)
    {
        SortedDictionary<string, double> totals = new(StringComparer.Ordinal);
        foreach (var step in steps)
        {
            if (Json(step.Attributes) is not { } attributes)
                continue;
            foreach (var attribute in attributes.EnumerateObject().Where(attribute => attribute.Value.ValueKind == JsonValueKind.Number))
                totals[attribute.Name] = totals.GetValueOrDefault(attribute.Name) + attribute.Value.GetDouble();
        }

        return totals;
    }

    private static JsonElement? Json(ReadOnlyMemory<byte> attributes)
    {
        if (attributes.IsEmpty)
            return null;
        using var document = JsonDocument.Parse(attributes);
        return document.RootElement.Clone();
    }

    private static double? Difference(long? from, long? to) => from is { } start && to is { } end ? UnixTime.Seconds(end - start) : null;

    private static string? Time(long? time) => time is { } known ? UnixTime.Format(known) : null;

    private static string Name<T>(T status)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(status.ToString()).ToString(CultureInfo.InvariantCulture);
}
