namespace Patchbay.Tools.System.Performance;

internal enum Verdict
{
    Unknown,
    Ok,
    Warning,
    Critical,
}

internal sealed record UseVerdict
{
    public required Verdict Utilization { get; init; }

    public required Verdict Saturation { get; init; }

    public required Verdict Errors { get; init; }
}
