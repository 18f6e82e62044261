using System.Runtime.InteropServices;
using Patchbay.Store.Sessions;

namespace Patchbay.Store.Sqlite;

/// <summary>The statements of sessions and messages. Used by the writing thread only.</summary>
internal sealed class SqliteSessionTable(SqliteDatabase database)
{
    // last seq = the higher of what was acknowledged and what is stored: an acknowledged message was stored, and only acknowledged ones are deleted.
    private const string Columns = """
        SELECT s.id, s.client_id, s.key_id, s.epoch, s.token, s.previous_token, s.subscriptions, s.created_ms, s.expires_ms, s.state, s.ended_ms,
          s.acknowledged, max(s.acknowledged, coalesce(max(m.seq), 0)), count(m.seq), coalesce(sum(length(m.bytes)), 0), s.number
        FROM sessions s LEFT JOIN messages m ON m.session = s.number
        """;

    private readonly SqliteStatement _create = database.Prepare(
        "INSERT OR REPLACE INTO sessions VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 0, NULL, 0)");

    private readonly SqliteStatement _resume = database.Prepare("UPDATE sessions SET token = ?2, previous_token = ?3, expires_ms = NULL WHERE number = ?1");
    private readonly SqliteStatement _forget = database.Prepare("UPDATE sessions SET previous_token = NULL WHERE number = ?1");
    private readonly SqliteStatement _append = database.Prepare("INSERT INTO messages VALUES (?1, ?2, ?3)");
    private readonly SqliteStatement _drop = database.Prepare("DELETE FROM messages WHERE session = ?1 AND seq <= ?2");
    private readonly SqliteStatement _acknowledge = database.Prepare("UPDATE sessions SET acknowledged = max(acknowledged, ?2) WHERE number = ?1");
    private readonly SqliteStatement _subscriptions = database.Prepare("UPDATE sessions SET subscriptions = ?2 WHERE number = ?1");
    private readonly SqliteStatement _expiry = database.Prepare("UPDATE sessions SET expires_ms = ?2 WHERE number = ?1");

    private readonly SqliteStatement _end = database.Prepare(
        "UPDATE sessions SET state = ?2, ended_ms = ?3, acknowledged = max(acknowledged, coalesce((SELECT max(seq) FROM messages WHERE session = ?1), 0)) WHERE number = ?1");

    private readonly SqliteStatement _purge = database.Prepare("DELETE FROM sessions WHERE ended_ms <= ?1");
    private readonly SqliteStatement _find = database.Prepare($"{Columns} WHERE s.id = ?1 GROUP BY s.number");
    private readonly SqliteStatement _live = database.Prepare($"{Columns} WHERE s.ended_ms IS NULL GROUP BY s.number");

    private readonly SqliteStatement _messages = database.Prepare(
        "SELECT m.seq, m.bytes FROM messages m JOIN sessions s ON m.session = s.number WHERE s.id = ?1 AND m.seq > ?2 ORDER BY m.seq");

    // The highest acknowledged seq of each session that the group acknowledges something of.
    private readonly Dictionary<long, long> _acknowledged = [];

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

    public void Append(in SqliteWrite write) => _append.Bind(1, write.Number).Bind(2, write.Value).Bind(3, write.Payload.Span).Execute();

    public void Acknowledge(in SqliteWrite write)
    {
        ref long seq = ref CollectionsMarshal.GetValueRefOrAddDefault(_acknowledged, write.Number, out _);
        seq = Math.Max(seq, write.Value);
    }

    /// <summary>Drops what the group acknowledges: one acknowledgement stands for all before it.</summary>
    public void EndGroup()
    {
        foreach (var (session, seq) in _acknowledged)
        {
            _acknowledge.Bind(1, session).Bind(2, seq).Execute();
            _drop.Bind(1, session).Bind(2, seq).Execute();
        }
    }

    /// <summary>The group is committed, or was rolled back and comes again.</summary>
    public void Forget() => _acknowledged.Clear();

    public void SetSubscriptions(in SqliteWrite write) => _subscriptions.Bind(1, write.Number).Bind(2, write.Payload.Span).Execute();

    public void SetExpiry(in SqliteWrite write) => _expiry.Bind(1, write.Number).Bind(2, write.Value < 0 ? null : write.Value).Execute();

    public void End(in SqliteWrite write)
    {
        var state = (SessionState)write.Item!;
        _end.Bind(1, write.Number).Bind(2, (long)state).Bind(3, state == SessionState.Gapped ? null : write.Value).Execute();
        _drop.Bind(1, write.Number).Bind(2, long.MaxValue).Execute();
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
            sessions.Add((_live.Int64(15), Read(_live)));
        return sessions;
    }

    public IReadOnlyList<SessionMessage> ReadMessages(string id, long afterSeq)
    {
        var messages = new List<SessionMessage>();
        _messages.Bind(1, id).Bind(2, afterSeq);
        while (_messages.Step())
            messages.Add(new SessionMessage(_messages.Int64(0), _messages.Blob(1)));
        return messages;
    }

    private static void BindPrevious(SqliteStatement statement, int index, SessionTokens tokens)
    {
        if (tokens.Previous is { } previous)
            statement.Bind(index, previous);
        else
            statement.BindNull(index);
    }

    private static SessionRecord Read(SqliteStatement row) => new()
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
        AcknowledgedSeq = row.Int64(11),
        LastSeq = row.Int64(12),
        BufferedMessages = (int)row.Int64(13),
        BufferedBytes = row.Int64(14),
    };
}
