using Patchbay.Store.Writing;

namespace Patchbay.Store;

/// <summary>Tells when a write is committed. Small, copied freely, never pooled: it may be asked any number of times.</summary>
public readonly struct CommitTicket : IEquatable<CommitTicket>
{
    private readonly CommitGroup? _group;
    private readonly StoreFault _fault;
    private readonly bool _begins;

    private CommitTicket(CommitGroup? group, bool begins, StoreFault fault)
    {
        _group = group;
        _begins = begins;
        _fault = fault;
    }

    /// <summary>A ticket that is settled without fault: the default.</summary>
    public static CommitTicket Settled => default;

    /// <summary>Whether the outcome is known, so that <see cref="WaitAsync"/> returns at once.</summary>
    public bool IsSettled => _group is null || _group.IsSettled(_begins);

    /// <summary>Waits for the outcome. Allocates nothing when it is known.</summary>
    /// <param name="cancellationToken">Gives up waiting; the write goes its way.</param>
    /// <returns><see cref="StoreFault.None"/> when the write is committed at the store's durability; else why it is not.</returns>
    public ValueTask<StoreFault> WaitAsync(CancellationToken cancellationToken = default)
    {
        if (_group is null)
            return new(_fault);
        var outcome = _group.WaitAsync(_begins);
        return outcome.IsCompleted || !cancellationToken.CanBeCanceled ? outcome : new(outcome.AsTask().WaitAsync(cancellationToken));
    }

    /// <summary>Whether the write was not taken for want of room, and may be handed in again.</summary>
    internal bool IsFull => _fault == StoreFault.Full;

    /// <summary>Whether the write was not even taken.</summary>
    internal bool IsRefused => _fault != StoreFault.None;

    /// <inheritdoc />
    public bool Equals(CommitTicket other) => _group == other._group && _fault == other._fault && _begins == other._begins;

    /// <inheritdoc />
    public override bool Equals(object? obj) => obj is CommitTicket other && Equals(other);

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(_group, _fault, _begins);

    /// <summary>Whether two tickets are of one commit.</summary>
    public static bool operator ==(CommitTicket left, CommitTicket right) => left.Equals(right);

    /// <summary>Whether two tickets are of different commits.</summary>
    public static bool operator !=(CommitTicket left, CommitTicket right) => !left.Equals(right);

    /// <summary>A ticket of a write that was not taken.</summary>
    internal static CommitTicket Refused(StoreFault fault) => new(null, false, fault);

    /// <summary>A ticket of a write in a group.</summary>
    internal static CommitTicket In(CommitGroup group, bool begins) => new(group, begins, StoreFault.None);
}
