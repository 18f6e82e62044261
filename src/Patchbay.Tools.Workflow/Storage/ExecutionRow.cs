using Patchbay.Tools.Workflow.Model;

namespace Patchbay.Tools.Workflow.Storage;

/// <summary>One execution in the tables, without the content of its chunks.</summary>
internal sealed class ExecutionRow
{
    /// <summary>Given by the tables on insertion, rising.</summary>
    public long Id { get; set; }

    public required string Key { get; init; }

    /// <summary>The row of its workflow; <see cref="BoundedRecorder.Waiting"/> while the workflow is not known.</summary>
    public required int Workflow { get; set; }

    public required ExecutionHeader Header { get; set; }

    public required long ReceivedAt { get; set; }

    /// <summary>The number of steps in each chunk, oldest first.</summary>
    public required List<int> ChunkCounts { get; init; }

    public int Steps => ChunkCounts.Sum();

    /// <summary>Where the execution stands on the axis of time: its end, or its start while it runs.</summary>
    public long At => Header.EndedAt ?? Header.StartedAt;
}
