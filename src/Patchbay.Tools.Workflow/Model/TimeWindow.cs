namespace Patchbay.Tools.Workflow.Model;

/// <summary>A range of time, both ends inclusive, Unix nanoseconds.</summary>
/// <param name="From">The first moment.</param>
/// <param name="To">The last moment.</param>
/// <param name="IsOpen">Whether it ends at the server's now: then what clients with a fast clock report from the future belongs to it.</param>
internal readonly record struct TimeWindow(long From, long To, bool IsOpen);
