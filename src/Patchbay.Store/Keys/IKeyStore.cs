namespace Patchbay.Store.Keys;

/// <summary>Keeps the API keys. Several processes may use one store at a time: a server, and the operator's commands beside it.</summary>
/// <remarks>
/// Every <see cref="TryAddAsync"/> and <see cref="UpdateAsync"/> that changes something raises the store's version by at least 1 and gives it to the record,
/// in one transaction. A version, once seen by a reader, is never used for a later write. Ids are compared ordinally.
/// </remarks>
public interface IKeyStore
{
    /// <summary>The keys written after <paramref name="afterVersion"/>; 0 gives all. Cheap when there is none: it is asked every few seconds.</summary>
    ValueTask<KeyChanges> ReadChangesAsync(long afterVersion, CancellationToken cancellationToken);

    /// <summary>One key, or null.</summary>
    ValueTask<KeyRecord?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>Adds a key; false when the id is taken, and nothing changes.</summary>
    ValueTask<bool> TryAddAsync(KeyRecord record, CancellationToken cancellationToken);

    /// <summary>Changes one key in a transaction of its own; no other writer comes between reading and writing.</summary>
    /// <param name="id">The key.</param>
    /// <param name="change">Gets the record as it stands and returns the new one with the same id; may be called more than once. The same instance back means: no change.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The record as it stands now, or null when there is no such key.</returns>
    ValueTask<KeyRecord?> UpdateAsync(string id, Func<KeyRecord, KeyRecord> change, CancellationToken cancellationToken);

    /// <summary>Notes uses. Never moves <see cref="KeyRecord.LastUsedAt"/> back, never changes a version, passes over unknown ids.</summary>
    ValueTask TouchAsync(IReadOnlyCollection<KeyUse> uses, CancellationToken cancellationToken);
}
