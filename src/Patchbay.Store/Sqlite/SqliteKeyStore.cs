using System.Text.Json;
using Patchbay.Store.Keys;

namespace Patchbay.Store.Sqlite;

/// <summary>Keys in SQLite. A use stands beside the record, so that noting it changes no version.</summary>
internal sealed class SqliteKeyStore(SqliteKeyFile file, SqliteDatabase database) : IKeyStore
{
    private readonly SqliteStatement _version = database.Prepare("SELECT value FROM counters WHERE name = 'keys'");
    private readonly SqliteStatement _raise = database.Prepare("UPDATE counters SET value = value + 1 WHERE name = 'keys'");
    private readonly SqliteStatement _changes = database.Prepare("SELECT record, version, last_used_ticks FROM keys WHERE version > ?1 ORDER BY version");
    private readonly SqliteStatement _find = database.Prepare("SELECT record, version, last_used_ticks FROM keys WHERE id = ?1");
    private readonly SqliteStatement _add = database.Prepare("INSERT INTO keys VALUES (?1, ?2, ?3, ?4)");
    private readonly SqliteStatement _update = database.Prepare("UPDATE keys SET version = ?2, last_used_ticks = ?3, record = ?4 WHERE id = ?1");

    private readonly SqliteStatement _touch = database.Prepare(
        "UPDATE keys SET last_used_ticks = ?2 WHERE id = ?1 AND (last_used_ticks IS NULL OR last_used_ticks < ?2)");

    public ValueTask<KeyChanges> ReadChangesAsync(long afterVersion, CancellationToken cancellationToken) => file.ReadAsync(
        () =>
        {
            long version = ReadVersion();
            var records = new List<KeyRecord>();
            if (afterVersion < version)
            {
                _changes.Bind(1, afterVersion);
                while (_changes.Step())
                    records.Add(Read(_changes));
            }

            return new KeyChanges(version, records);
        },
        cancellationToken);

    public ValueTask<KeyRecord?> FindAsync(string id, CancellationToken cancellationToken) => file.ReadAsync(() => Find(id), cancellationToken);

    public ValueTask<bool> TryAddAsync(KeyRecord record, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(record);
        return file.WriteAsync(
            () =>
            {
                if (Find(record.Id) is not null)
                    return false;
                Write(_add, record, RaiseVersion());
                return true;
            },
            cancellationToken);
    }

    public ValueTask<KeyRecord?> UpdateAsync(string id, Func<KeyRecord, KeyRecord> change, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(change);
        return file.WriteAsync(
            () =>
            {
                if (Find(id) is not { } before)
                    return null;
                var after = change(before);
                if (ReferenceEquals(before, after))
                    return before;
                after = after with { Id = id, Version = RaiseVersion() };
                Write(_update, after, after.Version);
                return after;
            },
            cancellationToken);
    }

    public async ValueTask TouchAsync(IReadOnlyCollection<KeyUse> uses, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(uses);
        await file.WriteAsync(
            () =>
            {
                foreach (var use in uses)
                    _touch.Bind(1, use.KeyId).Bind(2, use.At.UtcTicks).Execute();
                return uses.Count;
            },
            cancellationToken).ConfigureAwait(false);
    }

    private static KeyRecord Read(SqliteStatement row) => JsonSerializer.Deserialize(row.Text(0), SqliteKeyFileJson.Default.KeyRecord)! with
    {
        Version = row.Int64(1),
        LastUsedAt = row.NullableInt64(2) is { } ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : null,
    };

    private static void Write(SqliteStatement statement, KeyRecord record, long version) =>
        statement.Bind(1, record.Id).Bind(2, version).Bind(3, record.LastUsedAt?.UtcTicks)
            .Bind(4, JsonSerializer.Serialize(record with { LastUsedAt = null, Version = 0 }, SqliteKeyFileJson.Default.KeyRecord)).Execute();

    private KeyRecord? Find(string id)
    {
        _find.Bind(1, id);
        var record = _find.Step() ? Read(_find) : null;
        _find.Reset();
        return record;
    }

    private long ReadVersion()
    {
        _version.Step();
        long version = _version.Int64(0);
        _version.Reset();
        return version;
    }

    private long RaiseVersion()
    {
        _raise.Execute();
        return ReadVersion();
    }
}
