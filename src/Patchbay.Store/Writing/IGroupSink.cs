namespace Patchbay.Store.Writing;

/// <summary>Where groups of writes go. Every member is called by the one writing thread, never twice at once.</summary>
/// <typeparam name="TWrite">The kind of write.</typeparam>
public interface IGroupSink<TWrite>
    where TWrite : struct, IGroupWrite
{
    /// <summary>Commits the writes in order, all or none.</summary>
    /// <returns><see cref="StoreFault.None"/>; <see cref="StoreFault.NoSpace"/> or <see cref="StoreFault.Unavailable"/> to be tried again, <see cref="StoreFault.Damaged"/> to give up.</returns>
    StoreFault Commit(ReadOnlySpan<TWrite> writes);

    /// <summary>A write that begins something was refused: forget what stands in memory for it.</summary>
    void Refuse(in TWrite write, StoreFault fault);

    /// <summary>About a second has passed.</summary>
    void Tick();
}
