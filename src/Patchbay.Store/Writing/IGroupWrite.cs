namespace Patchbay.Store.Writing;

/// <summary>A write that waits for its commit.</summary>
public interface IGroupWrite
{
    /// <summary>
    /// Whether the write begins something: a disk that refuses it fails it at once. Any other write follows from what has happened already and is kept and
    /// tried again until it is committed.
    /// </summary>
    bool Begins { get; }

    /// <summary>
    /// Whether it may be refused for a full queue, because who hands it in can try again or do without. Any other write is taken above the bound: nothing
    /// says it a second time, and there are no more of them than sessions and calls.
    /// </summary>
    bool CanWait { get; }

    /// <summary>The memory it holds while it waits, in bytes.</summary>
    int Bytes { get; }
}
