using Patchbay.Store.Executions;
using Patchbay.Store.Sessions;

namespace Patchbay.Store;

/// <summary>Keeps what must outlive the process: resumable sessions with their unacknowledged messages, and execute-once records.</summary>
/// <remarks>
/// <para>Writes are taken in the order of the calls and committed in that order, many to a commit. Taking a write never waits: the ticket it gives back
/// tells when the write is committed, and what is on a ticket holds for every write accepted before it.</para>
/// <para>There are two kinds of writes. One that <b>begins</b> something (<see cref="ISessionStore.Create"/>, <see cref="ISessionStore.Resume"/>,
/// <see cref="IExecutionStore.BeginAsync"/>) is answered with a fault when the disk refuses it, and then has not happened. Every other write follows from
/// something that has happened already: once accepted it is never dropped while the process lives; a disk that refuses it is tried again every second, in
/// order, and its ticket settles when it is committed.</para>
/// <para>A full queue refuses (<see cref="StoreFault.Full"/>) what begins, messages that can wait, acknowledgements (the next one says the same) and what is
/// left until later anyway; all else is taken, for nobody would say it again.</para>
/// </remarks>
public interface IStore : IAsyncDisposable
{
    /// <summary>What a settled ticket promises.</summary>
    Durability Durability { get; }

    /// <summary>
    /// Rises when the store may have lost writes that it had promised (power loss below <see cref="Durability.Strict"/>). A session of a lower epoch must not
    /// be resumed: <c>epoch_changed</c>.
    /// </summary>
    long Epoch { get; }

    /// <summary>The moment on the store's clock.</summary>
    StoreTime Now { get; }

    /// <summary>What the store has done, for diagnostics.</summary>
    StoreFigures Figures { get; }

    /// <summary>Resumable sessions.</summary>
    ISessionStore Sessions { get; }

    /// <summary>Execute-once records.</summary>
    IExecutionStore Executions { get; }

    /// <summary>A ticket for everything accepted so far.</summary>
    CommitTicket Barrier();

    /// <summary>Waits until the queue of writes is at most half full; returns at once when it was not full since.</summary>
    ValueTask WaitForRoomAsync(CancellationToken cancellationToken);
}
