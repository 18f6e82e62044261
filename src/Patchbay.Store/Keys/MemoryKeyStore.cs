namespace Patchbay.Store.Keys;

/// <summary>Keys that live as long as the process.</summary>
public sealed class MemoryKeyStore : IKeyStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, KeyRecord> _records = new(StringComparer.Ordinal);
    private long _version;

    /// <inheritdoc />
    public ValueTask<KeyChanges> ReadChangesAsync(long afterVersion, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            // Nothing new is the common answer, and must not walk the keys.
            KeyRecord[] changed = afterVersion >= _version ? [] : [.. _records.Values.Where(record => record.Version > afterVersion)];
            return ValueTask.FromResult(new KeyChanges(_version, changed));
        }
    }

    /// <inheritdoc />
    public ValueTask<KeyRecord?> FindAsync(string id, CancellationToken cancellationToken)
    {
        lock (_lock)
            return ValueTask.FromResult(_records.GetValueOrDefault(id));
    }

    /// <inheritdoc />
    public ValueTask<bool> TryAddAsync(KeyRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        lock (_lock)
        {
            if (!_records.TryAdd(record.Id, record with { Version = _version + 1 }))
                return ValueTask.FromResult(false);
            _version++;
            return ValueTask.FromResult(true);
        }
    }

    /// <inheritdoc />
    public ValueTask<KeyRecord?> UpdateAsync(string id, Func<KeyRecord, KeyRecord> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        lock (_lock)
        {
            if (!_records.TryGetValue(id, out var before))
                return ValueTask.FromResult<KeyRecord?>(null);
            var after = change(before);
            if (!ReferenceEquals(before, after))
                _records[id] = after = after with { Id = id, Version = ++_version };
            return ValueTask.FromResult<KeyRecord?>(after);
        }
    }

    /// <inheritdoc />
    public ValueTask TouchAsync(IReadOnlyCollection<KeyUse> uses, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(uses);
        lock (_lock)
        {
            foreach (var use in uses)
            {
                if (_records.TryGetValue(use.KeyId, out var record) && !(record.LastUsedAt >= use.At))
                    _records[use.KeyId] = record with { LastUsedAt = use.At };
            }
        }

        return ValueTask.CompletedTask;
    }
}
