using System.ComponentModel;

namespace Patchbay.Tools.System.Performance;

[Description("What the figures rest on")]
internal sealed record CoverageReport
{
    [Description("True while there is one sample only, so that no rate is known")]
    public required bool FirstSample { get; init; }

    [Description("Samples taken since the server started")]
    public required long Samples { get; init; }

    [Description("Interruptions since the server started: the machine slept, or the process did not get to sample for over two seconds")]
    public required long Gaps { get; init; }

    [Description("Seconds of the history asked for without a sample")]
    public required long MissingS { get; init; }

    [Description("Sources this machine does not have; their figures are null")]
    public required IReadOnlyList<string> Unsupported { get; init; }
}
