namespace Patchbay.Store.Penalties;

/// <summary>Keeps the penalties across restarts. A server writes them behind; an operator's command may list and clear them beside it.</summary>
/// <remarks>
/// Each clearing gets a number that rises by at least 1, so that a server learns of it, and so that a state written by a server that has not learnt of it yet
/// does not undo it. A clearing may be forgotten when it is older than a day and its key has no record.
/// </remarks>
public interface IPenaltyStore
{
    /// <summary>Every penalty, and the number of the newest clearing, read together.</summary>
    ValueTask<PenaltySnapshot> LoadAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Writes the records in one transaction, each replacing the one of its key; a record whose key was cleared after <paramref name="seenClearVersion"/> is passed over.
    /// A record with level 0, no <see cref="PenaltyRecord.BanLevel"/> and no <see cref="PenaltyRecord.InvalidCloses"/> is clean: it removes the key's record.
    /// </summary>
    ValueTask SaveAsync(IReadOnlyCollection<PenaltyRecord> records, long seenClearVersion, CancellationToken cancellationToken);

    /// <summary>Removes the penalty of a key and numbers the clearing, also when there was no record (a server may hold one that it has not written yet).</summary>
    /// <returns>Whether there was a record.</returns>
    ValueTask<bool> ClearAsync(string keyId, CancellationToken cancellationToken);

    /// <summary>The clearings after a number. Cheap when there is none: it is asked every few seconds.</summary>
    ValueTask<PenaltyClears> ReadClearsAsync(long afterClearVersion, CancellationToken cancellationToken);
}
