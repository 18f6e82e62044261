using System.Text.Json.Serialization;

namespace Patchbay.Tools.Workflow.Reports;

/// <summary>A sequence of steps and how often it was taken.</summary>
/// <param name="Steps">The names in the order of time; the first 100.</param>
/// <param name="Count">Executions that took it.</param>
/// <param name="Share">The same, of all executions with steps, 0 to 1.</param>
/// <param name="MeanS">Mean duration of those that ended, in seconds.</param>
/// <param name="Length">How many steps the sequence has, when that is more than is listed.</param>
public sealed record VariantReport(
    IReadOnlyList<string> Steps, int Count, double Share, double? MeanS,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Length = null);
