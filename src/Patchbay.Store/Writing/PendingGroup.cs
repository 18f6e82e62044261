using System.Runtime.InteropServices;

namespace Patchbay.Store.Writing;

/// <summary>Writes on their way to one commit.</summary>
internal sealed class PendingGroup<TWrite>(List<TWrite> writes)
    where TWrite : struct, IGroupWrite
{
    /// <summary>What their tickets wait for.</summary>
    public CommitGroup Group { get; } = new();

    /// <summary>The writes, in order.</summary>
    public List<TWrite> Writes { get; } = writes;

    /// <summary>The memory they hold.</summary>
    public long Bytes { get; private set; }

    /// <summary>The writes, in order, without a copy.</summary>
    public ReadOnlySpan<TWrite> Span => CollectionsMarshal.AsSpan(Writes);

    /// <summary>Takes a write.</summary>
    public void Add(in TWrite write)
    {
        Writes.Add(write);
        Bytes += write.Bytes;
    }

    /// <summary>Takes out, and reports, the writes that begin something.</summary>
    /// <returns>How many, and their bytes.</returns>
    public (int Count, long Bytes) RefuseBegun(IGroupSink<TWrite> sink, StoreFault fault)
    {
        foreach (ref readonly var write in Span)
        {
            if (write.Begins)
                sink.Refuse(write, fault);
        }

        long before = Bytes;
        Bytes -= Writes.Sum(write => write.Begins ? write.Bytes : 0L);
        int count = Writes.RemoveAll(write => write.Begins);
        Group.SettleBegun(fault);
        return (count, before - Bytes);
    }
}
