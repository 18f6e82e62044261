namespace Patchbay.Store.Penalties;

/// <summary>Penalties that live as long as the process.</summary>
public sealed class MemoryPenaltyStore : IPenaltyStore
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, PenaltyRecord> _records = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _clears = new(StringComparer.Ordinal);
    private long _clearVersion;

    /// <inheritdoc />
    public ValueTask<PenaltySnapshot> LoadAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            return ValueTask.FromResult(new PenaltySnapshot(_clearVersion, [.. _records.Values]));
    }

    /// <inheritdoc />
    public ValueTask SaveAsync(IReadOnlyCollection<PenaltyRecord> records, long seenClearVersion, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        lock (_lock)
        {
            foreach (var record in records)
            {
                if (_clears.TryGetValue(record.KeyId, out long cleared) && cleared > seenClearVersion)
                    continue;
                if (record is { Level: 0, BanLevel: 0, InvalidCloses.Count: 0 })
                    _records.Remove(record.KeyId);
                else
                    _records[record.KeyId] = record;
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask<bool> ClearAsync(string keyId, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            // Ids of keys come from the operator, so the table of clearings is as large as the operator makes it.
            _clears[keyId] = ++_clearVersion;
            return ValueTask.FromResult(_records.Remove(keyId));
        }
    }

    /// <inheritdoc />
    public ValueTask<PenaltyClears> ReadClearsAsync(long afterClearVersion, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            string[] ids = afterClearVersion >= _clearVersion ? [] : [.. _clears.Where(clear => clear.Value > afterClearVersion).Select(clear => clear.Key)];
            return ValueTask.FromResult(new PenaltyClears(_clearVersion, ids));
        }
    }
}
