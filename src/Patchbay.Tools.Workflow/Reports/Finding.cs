using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Patchbay.Tools.Workflow.Reports;

/// <summary>Something worth knowing, in plain words.</summary>
/// <param name="Severity"><c>info</c>, <c>warning</c> or <c>critical</c>.</param>
/// <param name="Title">A few words.</param>
/// <param name="Detail">A sentence or two with the figures.</param>
/// <param name="Evidence">The figures.</param>
/// <param name="Hint">What to look at.</param>
public sealed record Finding(
    [property: AllowedValues("info", "warning", "critical")] string Severity, string Title, string Detail, IReadOnlyDictionary<string, double> Evidence,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Hint = null);
