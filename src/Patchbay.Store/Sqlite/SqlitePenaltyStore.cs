using System.Text.Json;
using Patchbay.Store.Penalties;

namespace Patchbay.Store.Sqlite;

/// <summary>Penalties in SQLite.</summary>
internal sealed class SqlitePenaltyStore(SqliteKeyFile file, SqliteDatabase database, TimeProvider time) : IPenaltyStore
{
    private readonly SqliteStatement _version = database.Prepare("SELECT value FROM counters WHERE name = 'clears'");
    private readonly SqliteStatement _raise = database.Prepare("UPDATE counters SET value = value + 1 WHERE name = 'clears'");
    private readonly SqliteStatement _all = database.Prepare("SELECT record FROM penalties ORDER BY key_id");
    private readonly SqliteStatement _clearedAfter = database.Prepare("SELECT 1 FROM clears WHERE key_id = ?1 AND version > ?2");
    private readonly SqliteStatement _save = database.Prepare("INSERT OR REPLACE INTO penalties VALUES (?1, ?2)");
    private readonly SqliteStatement _remove = database.Prepare("DELETE FROM penalties WHERE key_id = ?1");
    private readonly SqliteStatement _clear = database.Prepare("INSERT OR REPLACE INTO clears VALUES (?1, ?2, ?3)");

    private readonly SqliteStatement _forget = database.Prepare(
        "DELETE FROM clears WHERE at_ticks < ?1 AND key_id NOT IN (SELECT key_id FROM penalties)");

    private readonly SqliteStatement _clears = database.Prepare("SELECT key_id FROM clears WHERE version > ?1 ORDER BY version");

    public ValueTask<PenaltySnapshot> LoadAsync(CancellationToken cancellationToken) => file.ReadAsync(
        () =>
        {
            var records = new List<PenaltyRecord>();
            while (_all.Step())
                records.Add(JsonSerializer.Deserialize(_all.Text(0), SqliteKeyFileJson.Default.PenaltyRecord)!);
            return new PenaltySnapshot(ReadVersion(), records);
        },
        cancellationToken);

    public async ValueTask SaveAsync(IReadOnlyCollection<PenaltyRecord> records, long seenClearVersion, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        await file.WriteAsync(
            () =>
            {
                foreach (var record in records)
                    Save(record, seenClearVersion);
                return records.Count;
            },
            cancellationToken).ConfigureAwait(false);
    }

    public ValueTask<bool> ClearAsync(string keyId, CancellationToken cancellationToken) => file.WriteAsync(
        () =>
        {
            var now = time.GetUtcNow();
            _remove.Bind(1, keyId).Execute();
            bool had = _remove.Changes() > 0;
            _raise.Execute();
            _clear.Bind(1, keyId).Bind(2, ReadVersion()).Bind(3, now.UtcTicks).Execute();
            _forget.Bind(1, now.AddDays(-1).UtcTicks).Execute();
            return had;
        },
        cancellationToken);

    public ValueTask<PenaltyClears> ReadClearsAsync(long afterClearVersion, CancellationToken cancellationToken) => file.ReadAsync(
        () =>
        {
            long version = ReadVersion();
            var ids = new List<string>();
            if (afterClearVersion < version)
            {
                _clears.Bind(1, afterClearVersion);
                while (_clears.Step())
                    ids.Add(_clears.Text(0));
            }

            return new PenaltyClears(version, ids);
        },
        cancellationToken);

    private void Save(PenaltyRecord record, long seenClearVersion)
    {
        _clearedAfter.Bind(1, record.KeyId).Bind(2, seenClearVersion);
        bool cleared = _clearedAfter.Step();
        _clearedAfter.Reset();
        if (cleared)
            return;
        if (record is { Level: 0, BanLevel: 0, InvalidCloses.Count: 0 })
            _remove.Bind(1, record.KeyId).Execute();
        else
            _save.Bind(1, record.KeyId).Bind(2, JsonSerializer.Serialize(record, SqliteKeyFileJson.Default.PenaltyRecord)).Execute();
    }

    private long ReadVersion()
    {
        _version.Step();
        long version = _version.Int64(0);
        _version.Reset();
        return version;
    }
}
