namespace Patchbay.Store.Executions;

/// <summary>What an execution came to.</summary>
/// <param name="IsError">Whether <paramref name="Json"/> is an error rather than a result.</param>
/// <param name="Json">The result object, or the error in the engine's form, UTF-8. The memory must not change until the ticket has settled.</param>
public readonly record struct ExecutionAnswer(bool IsError, ReadOnlyMemory<byte> Json);
