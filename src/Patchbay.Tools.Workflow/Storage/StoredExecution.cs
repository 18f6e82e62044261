using Patchbay.Tools.Workflow.Model;

namespace Patchbay.Tools.Workflow.Storage;

/// <summary>An execution as it is stored.</summary>
/// <param name="Header">The execution.</param>
/// <param name="ReceivedAt">When something was last recorded of it, Unix nanoseconds of the server's clock.</param>
/// <param name="Chunks">Its steps. With more than one chunk, a step may be in several, to be joined.</param>
public readonly record struct StoredExecution(ExecutionHeader Header, long ReceivedAt, IReadOnlyList<StepChunk> Chunks);
