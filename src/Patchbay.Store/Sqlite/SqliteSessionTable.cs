using Patchbay.Store.Sessions;

namespace Patchbay.Store.Sqlite;

/// <summary>The statements of sessions and messages. Used by the writing thread only.</summary>
internal sealed class SqliteSessionTable(SqliteDatabase database)
{
    private const string Columns = """
        SELECT id, client_id, key_id, epoch, token, previous_token, subscriptions, created_ms, expires_ms, state, ended_ms, acknowledged, number FROM sessions
        """;

    private readonly SqliteMessagePages _messages = new(database);
    private readonly SqliteStatement _create = database.Prepare(
        "INSERT OR REPLACE INTO sessions VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, NULL, 0)");

    private readonly SqliteStatement _resume = database.Prepare("UPDATE sessions SET token = ?2, previous_token = ?3, expires_ms = NULL WHERE number = ?1");
    private readonly SqliteStatement _forget = database.Prepare("UPDATE sessions SET previous_token = NULL WHERE number = ?1");
    private readonly SqliteStatement _acknowledge = database.Prepare("UPDATE sessions SET acknowledged = max(acknowledged, ?2) WHERE number = ?1");
    private readonly SqliteStatement _subscriptions = database.Prepare("UPDATE sessions SET subscriptions = ?2 WHERE number = ?1");
    private readonly SqliteStatement _expiry = database.Prepare("UPDATE sessions SET expires_ms = ?2 WHERE number = ?1");

    private readonly SqliteStatement _end = database.Prepare("UPDATE sessions SET state = ?2, ended_ms = ?3 WHERE number = ?1");

    // The highest number stays, so that none is given twice: messages and executions name their session by it.
    private readonly SqliteStatement _purge = database.Prepare("DELETE FROM sessions WHERE ended_ms <= ?1 AND number < (SELECT max(number) FROM sessions)");
    private readonly SqliteStatement _find = database.Prepare($"{Columns} WHERE id = ?1");
    private readonly SqliteStatement _number = database.Prepare("SELECT number FROM sessions WHERE id = ?1");
    private readonly SqliteStatement _live = database.Prepare($"{Columns} WHERE ended_ms IS NULL");

    /// <summary>Finds out where the messages stand.</summary>
    public void Load()
    {
        using var rows = new SqliteStatement(database.Connection, "SELECT number, acknowledged FROM sessions WHERE ended_ms IS NULL");
        var acknowledged = new Dictionary<long, long>();
        while (rows.Step())
            acknowledged.Add(rows.Int64(0), rows.Int64(1));
        _messages.Load(acknowledged);
    }

    public void Create(in SqliteWrite write)
    {
        var record = (SessionRecord)write.Item!;
        _create.Bind(1, write.Number).Bind(2, record.Id).Bind(3, record.ClientId).Bind(4, record.KeyId).Bind(5, record.Epoch)
            .Bind(6, record.Tokens.Current).Bind(8, record.Subscriptions.Span).Bind(9, record.CreatedAt.Milliseconds).Bind(10, record.ExpiresAt?.Milliseconds);
        BindPrevious(_create, 7, record.Tokens);
        _create.Execute();
    }

    public void Resume(in SqliteWrite write)
    {
        var tokens = (SessionTokens)write.Item!;
        _resume.Bind(1, write.Number).Bind(2, tokens.Current);
        BindPrevious(_resume, 3, tokens);
        _resume.Execute();
    }

    public void ForgetPreviousToken(in SqliteWrite write) => _forget.Bind(1, write.Number).Execute();

    public void Append(in SqliteWrite write) => _messages.Append(write.Number, write.Value, write.Payload.Span);

    public void Acknowledge(in SqliteWrite write) => _messages.Acknowledge(write.Number, write.Value);

    public void SetSubscriptions(in SqliteWrite write) => _subscriptions.Bind(1, write.Number).Bind(2, write.Payload.Span).Execute();

    public void SetExpiry(in SqliteWrite write) => _expiry.Bind(1, write.Number).Bind(2, write.Value < 0 ? null : write.Value).Execute();

    public void End(in SqliteWrite write)
    {
        var state = (SessionState)write.Item!;
        _end.Bind(1, write.Number).Bind(2, (long)state).Bind(3, state == SessionState.Gapped ? null : ((StoreTime)write.Second!).Milliseconds).Execute();
        _messages.Acknowledge(write.Number, write.Value);
        _messages.End(write.Number);
    }

    public void Purge(in SqliteWrite write) => _purge.Bind(1, write.Value).Execute();

    public SessionRecord? Find(string id)
    {
        _find.Bind(1, id);
        var record = _find.Step() ? Read(_find) : null;
        _find.Reset();
        return record;
    }

    /// <summary>Every session that has not ended, with its number.</summary>
    public List<(long Number, SessionRecord Record)> ReadLive()
    {
        var sessions = new List<(long, SessionRecord)>();
        while (_live.Step())
            sessions.Add((_live.Int64(12), Read(_live)));
        return sessions;
    }

    public IReadOnlyList<SessionMessage> ReadMessages(string id, long afterSeq)
    {
        _number.Bind(1, id);
        IReadOnlyList<SessionMessage> messages = _number.Step() ? _messages.Read(_number.Int64(0), afterSeq) : [];
        _number.Reset();
        return messages;
    }

    /// <summary>Brings what is left of the group into the file: one acknowledgement of a session stands for all before it.</summary>
    public void EndGroup()
    {
        foreach (var (session, seq) in _messages.Acknowledged)
            _acknowledge.Bind(1, session).Bind(2, seq).Execute();
        _messages.EndGroup();
    }

    /// <summary>The group is committed.</summary>
    public void Keep() => _messages.Keep();

    /// <summary>The group was rolled back.</summary>
    public void Undo() => _messages.Undo();

    private static void BindPrevious(SqliteStatement statement, int index, SessionTokens tokens)
    {
        if (tokens.Previous is { } previous)
            statement.Bind(index, previous);
        else
            statement.BindNull(index);
    }

    private SessionRecord Read(SqliteStatement row)
    {
        long acknowledged = row.Int64(11);
        var messages = _messages.Find(row.Int64(12));
        return new SessionRecord
        {
            Id = row.Text(0),
            ClientId = row.Text(1),
            KeyId = row.Text(2),
            Epoch = row.Int64(3),
            Tokens = new SessionTokens(row.Blob(4), row.NullableBlob(5)),
            Subscriptions = row.Blob(6),
            CreatedAt = new StoreTime(row.Int64(7)),
            ExpiresAt = row.NullableInt64(8) is { } expires ? new StoreTime(expires) : null,
            State = (SessionState)row.Int64(9),
            EndedAt = row.NullableInt64(10) is { } ended ? new StoreTime(ended) : null,
            AcknowledgedSeq = acknowledged,
            // An acknowledged message was stored, and only acknowledged ones go.
            LastSeq = Math.Max(acknowledged, messages?.LastSeq ?? 0),
            BufferedMessages = messages?.Count ?? 0,
            BufferedBytes = messages?.Bytes ?? 0,
        };
    }
}
