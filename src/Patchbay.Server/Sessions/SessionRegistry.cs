using System.Collections.Concurrent;

namespace Patchbay.Server.Sessions;

/// <summary>The sessions that have a connection.</summary>
internal sealed class SessionRegistry
{
    private readonly ConcurrentDictionary<string, Session> _sessions = new(StringComparer.Ordinal);

    public int Count => _sessions.Count;

    public IEnumerable<Session> All => _sessions.Select(pair => pair.Value);

    public void Add(Session session) => _sessions[session.SessionId] = session;

    public void Remove(Session session) => _sessions.TryRemove(session.SessionId, out _);
}
