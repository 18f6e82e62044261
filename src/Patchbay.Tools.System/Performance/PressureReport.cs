using System.ComponentModel;

namespace Patchbay.Tools.System.Performance;

[Description("Pressure stall information: share of time in which tasks waited for the resource")]
internal sealed record PressureReport
{
    [Description("At least one task waited")]
    public required PressureLine? Some { get; init; }

    [Description("All tasks waited at once")]
    public required PressureLine? Full { get; init; }
}

internal sealed record PressureLine
{
    [Description("The kernel's mean over 10 s, 0 to 100")]
    public required double? Avg10 { get; init; }

    public required double? Avg60 { get; init; }

    public required double? Avg300 { get; init; }

    [Description("Over the interval asked for, 0 to 100")]
    public required double? Percent { get; init; }
}
