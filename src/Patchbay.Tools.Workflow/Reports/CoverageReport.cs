namespace Patchbay.Tools.Workflow.Reports;

/// <summary>What the figures rest on.</summary>
/// <param name="ExecutionsSeen">Executions of the workflow ever recorded.</param>
/// <param name="ExecutionsKept">Executions of the workflow held now, in and out of the range.</param>
/// <param name="Evicted">Executions dropped because of age or count.</param>
/// <param name="Oldest">The earliest end held, RFC 3339.</param>
/// <param name="Newest">The latest end held.</param>
/// <param name="Incomplete">Selected executions that are not complete: running, a trace still arriving, or one whose root never came.</param>
/// <param name="ExecutionsAnalysed">Executions selected by the range.</param>
/// <param name="StepsAnalysed">Their steps.</param>
/// <param name="StepsKept">Step records held of the workflow.</param>
/// <param name="StepsRejected">Steps refused before storage.</param>
/// <param name="OrphanedSteps">Selected steps whose parent is not there; they hang on the execution.</param>
/// <param name="CyclicSteps">Selected steps where a circle of parents was cut.</param>
/// <param name="EndsInFuture">Selected executions that end after the server's now: clocks disagree.</param>
/// <param name="StepsOutside">Selected steps that lie wholly outside the step or execution that encloses them; they are not on its critical path.</param>
public sealed record CoverageReport(
    long ExecutionsSeen, long ExecutionsKept, long Evicted, string? Oldest, string? Newest, int Incomplete,
    int ExecutionsAnalysed, int StepsAnalysed, long StepsKept, long StepsRejected, int OrphanedSteps, int CyclicSteps, int EndsInFuture, int StepsOutside);
