namespace Patchbay.Store;

/// <summary>What a committed write survives. Told to clients in the answer to <c>session/hello</c>.</summary>
public enum Durability
{
    /// <summary>Nothing outlives the process.</summary>
    Memory,

    /// <summary>
    /// Survives the end of the process, kill -9 included. After a power loss the newest writes may be missing; the store notices and starts a new
    /// <see cref="IStore.Epoch"/>, so that no session goes on from an older state.
    /// </summary>
    Balanced,

    /// <summary>Survives the loss of power: a commit is on the disk before its ticket settles.</summary>
    Strict,
}
