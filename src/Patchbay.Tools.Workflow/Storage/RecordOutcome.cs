namespace Patchbay.Tools.Workflow.Storage;

/// <summary>What became of a batch.</summary>
/// <param name="Refused">Positions in the batch of executions that were refused, with the reason. Everything else is stored.</param>
public sealed record RecordOutcome(IReadOnlyList<RefusedExecution> Refused);

/// <summary>An execution the store has no room for.</summary>
/// <param name="Index">Its position in the batch.</param>
/// <param name="Reason">Which bound it met.</param>
public readonly record struct RefusedExecution(int Index, string Reason);
