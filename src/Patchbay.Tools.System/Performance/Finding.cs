using System.Text.Json.Serialization;

namespace Patchbay.Tools.System.Performance;

internal enum FindingSeverity
{
    Info,
    Warning,
    Critical,
}

internal sealed record Finding
{
    public required FindingSeverity Severity { get; init; }

    public required string Title { get; init; }

    public required string Detail { get; init; }

    public required IReadOnlyDictionary<string, double?> Evidence { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Hint { get; init; }
}
