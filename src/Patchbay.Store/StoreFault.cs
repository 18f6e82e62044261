namespace Patchbay.Store;

/// <summary>Why a write was not taken, as a value.</summary>
public enum StoreFault
{
    /// <summary>No fault: the write is committed.</summary>
    None,

    /// <summary>The queue of writes, or a bound of the store, is full. Wait with <see cref="IStore.WaitForRoomAsync"/>, then try again.</summary>
    Full,

    /// <summary>The disk has no space. The store heals by itself when space returns.</summary>
    NoSpace,

    /// <summary>The disk answers with errors. The store keeps trying what it has accepted.</summary>
    Unavailable,

    /// <summary>The file is damaged: nothing more is written until the next start.</summary>
    Damaged,

    /// <summary>The store has no such live session or record.</summary>
    NotFound,

    /// <summary>The store is closed.</summary>
    Closed,
}
