namespace Patchbay.Tools;

/// <summary>Is told what the server's own sessions do. The methods never wait and never throw.</summary>
public interface ISessionObserver
{
    /// <summary>A session began.</summary>
    /// <param name="sessionId">The id, <c>ses-…</c>.</param>
    /// <param name="startedAt">When.</param>
    /// <param name="client">Name and version of the client, where it told them.</param>
    void SessionStarted(string sessionId, DateTimeOffset startedAt, string? client = null);

    /// <summary>A session ended for good.</summary>
    /// <param name="sessionId">The id.</param>
    /// <param name="startedAt">When it began.</param>
    /// <param name="endedAt">When it ended.</param>
    /// <param name="isClean">Whether it was closed as intended; false for a fault, a penalty, or a connection that was lost.</param>
    void SessionEnded(string sessionId, DateTimeOffset startedAt, DateTimeOffset endedAt, bool isClean);

    /// <summary>Whether one more call is wanted now; asked before what is told of it is made.</summary>
    bool WantsCall { get; }

    /// <summary>A tool call ended.</summary>
    /// <param name="sessionId">Its session.</param>
    /// <param name="sessionStartedAt">When the session began.</param>
    /// <param name="call">The call.</param>
    void CallEnded(string sessionId, DateTimeOffset sessionStartedAt, ServerCall call);
}
