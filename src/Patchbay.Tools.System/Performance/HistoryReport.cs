using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Patchbay.Tools.System.Performance;

internal sealed record HistoryReport
{
    [Description("Time of the first value of every series; value i is of t0 + i × step_s")]
    public required DateTime T0 { get; init; }

    public required int StepS { get; init; }

    [Description("Means over a step; null where nothing was sampled")]
    public required IReadOnlyDictionary<string, double?[]> Series { get; init; }

    [Description("Least value within each step; present when a step holds several samples")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, double?[]>? Min { get; init; }

    [Description("Greatest value within each step: spikes survive here; present when a step holds several samples")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, double?[]>? Max { get; init; }
}
