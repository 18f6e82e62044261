using System.Collections.Concurrent;

namespace Patchbay.Server.Sessions;

/// <summary>The sessions that have a connection, and those that are kept for one.</summary>
internal sealed class SessionRegistry
{
    private readonly ConcurrentDictionary<string, Session> _connected = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Session> _listening = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Session> _kept = new(StringComparer.Ordinal);

    /// <summary>How many have a connection.</summary>
    public int Count => _connected.Count;

    /// <summary>Those that have a connection.</summary>
    public IEnumerable<Session> All => _connected.Select(pair => pair.Value);

    /// <summary>Those of the connected that have subscribed to diagnostics: few, so that what happens often is told without a look at everybody.</summary>
    public IEnumerable<Session> Listeners => _listening.Select(pair => pair.Value);

    /// <summary>Whether anybody has subscribed to diagnostics.</summary>
    public bool HasListeners => !_listening.IsEmpty;

    /// <summary>Those that can be resumed, with a connection or without.</summary>
    public IEnumerable<Session> Kept => _kept.Select(pair => pair.Value);

    public void Add(Session session)
    {
        _connected[session.SessionId] = session;
        Listen(session);
    }

    public void Remove(Session session)
    {
        _connected.TryRemove(KeyValuePair.Create(session.SessionId, session));
        _listening.TryRemove(KeyValuePair.Create(session.SessionId, session));
    }

    /// <summary>A connected session has subscribed to diagnostics, or does so no longer.</summary>
    public void Listen(Session session)
    {
        if (session.Subscriptions.Diagnostics is null)
            _listening.TryRemove(KeyValuePair.Create(session.SessionId, session));
        else
            _listening[session.SessionId] = session;
    }

    public void Keep(Session session) => _kept[session.SessionId] = session;

    public void Forget(Session session) => _kept.TryRemove(session.SessionId, out _);

    /// <summary>A session that can be resumed, or null.</summary>
    public Session? FindKept(string sessionId) => _kept.GetValueOrDefault(sessionId);
}
