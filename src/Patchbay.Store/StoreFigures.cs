namespace Patchbay.Store;

/// <summary>What a store has done since it was opened.</summary>
/// <param name="Writes">Writes committed.</param>
/// <param name="Commits">Commits made; writes over commits is the mean size of a group.</param>
/// <param name="FailedCommits">Commits that the disk refused.</param>
/// <param name="PendingWrites">Writes accepted and not committed yet.</param>
/// <param name="PendingBytes">Their bytes.</param>
/// <param name="Executions">Execute-once records held.</param>
/// <param name="EvictedExecutions">Execute-once records dropped before their time because a bound was reached.</param>
/// <param name="Fault">What is wrong now, or <see cref="StoreFault.None"/>.</param>
public readonly record struct StoreFigures(
    long Writes,
    long Commits,
    long FailedCommits,
    int PendingWrites,
    long PendingBytes,
    int Executions,
    long EvictedExecutions,
    StoreFault Fault);
