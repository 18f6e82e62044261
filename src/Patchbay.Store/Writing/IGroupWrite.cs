namespace Patchbay.Store.Writing;

/// <summary>A write that waits for its commit.</summary>
public interface IGroupWrite
{
    /// <summary>
    /// Whether the write begins something: a disk that refuses it fails it at once. Any other write follows from what has happened already and is kept and
    /// tried again until it is committed.
    /// </summary>
    bool Begins { get; }

    /// <summary>The memory it holds while it waits, in bytes.</summary>
    int Bytes { get; }
}
