using System.Collections.Concurrent;
using Patchbay.Store.Sessions;

namespace Patchbay.Store.Sqlite;

/// <summary>The sessions that may be written to, by id.</summary>
internal sealed class SqliteSessionMap
{
    private readonly ConcurrentDictionary<string, SqliteSession> _byId = new(StringComparer.Ordinal);
    private long _lastNumber;

    /// <summary>Starts with what is stored.</summary>
    /// <param name="live">The sessions that have not ended.</param>
    /// <param name="lastNumber">The highest number in the file, of ended ones too.</param>
    public SqliteSessionMap(IEnumerable<(long Number, SessionRecord Record)> live, long lastNumber)
    {
        foreach (var (number, record) in live)
            _byId[record.Id] = new SqliteSession(number, record.State, record.LastSeq);
        _lastNumber = lastNumber;
    }

    /// <summary>Whether there is none.</summary>
    public bool IsEmpty => _byId.IsEmpty;

    /// <summary>A session, or null.</summary>
    public SqliteSession? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Adds a new one.</summary>
    public long Add(string id)
    {
        var session = new SqliteSession(Interlocked.Increment(ref _lastNumber), SessionState.Live, lastSeq: 0);
        if (!_byId.TryAdd(id, session))
            throw new InvalidOperationException("The id of a session was used twice.");
        return session.Number;
    }

    /// <summary>Takes one out.</summary>
    public void Remove(string id) => _byId.TryRemove(id, out _);
}
