using System.Text.Json.Serialization;

namespace Patchbay.Tools.Workflow.Reports;

/// <summary>A duration far from the others of its kind.</summary>
/// <param name="ExecutionId">The execution.</param>
/// <param name="ValueS">The duration in seconds.</param>
/// <param name="Score">The robust z-score; beyond 3.5 in either direction.</param>
public sealed record AnomalyReport(string ExecutionId, double ValueS, double Score)
{
    /// <summary>The step, or absent for the execution as a whole.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Step { get; init; }
}

/// <summary>A change against the preceding range that stands the tests.</summary>
/// <param name="Metric"><c>duration_s</c> or <c>failure_rate</c>.</param>
/// <param name="Before">Median seconds, or share, in the range before.</param>
/// <param name="After">The same in the range asked for.</param>
/// <param name="Shift">Seconds by the Hodges-Lehmann estimator, or the difference of the shares.</param>
/// <param name="QValue">The p-value after the correction of Benjamini and Hochberg over all tests made.</param>
/// <param name="ShiftRatio">The shift relative to before; null when before is 0.</param>
/// <param name="Low">For a share: the lower bound of Newcombe's 95 % interval of the difference.</param>
/// <param name="High">For a share: the upper bound.</param>
/// <param name="CountBefore">How many values stand behind it, before.</param>
/// <param name="CountAfter">How many values stand behind it, after.</param>
public sealed record ShiftReport(
    string Metric, double Before, double After, double Shift, double QValue, double? ShiftRatio, double? Low, double? High, int CountBefore, int CountAfter)
{
    /// <summary>The step, or absent for the execution as a whole.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Step { get; init; }
}
