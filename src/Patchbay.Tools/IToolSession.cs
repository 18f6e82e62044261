using System.Text.Json.Serialization.Metadata;

namespace Patchbay.Tools;

/// <summary>The session of a caller: what a tool may know of it, and the way to tell it something unasked.</summary>
public interface IToolSession
{
    /// <summary>The id of the session, <c>ses-…</c>.</summary>
    string SessionId { get; }

    /// <summary>The id of the client, <c>client-…</c>.</summary>
    string ClientId { get; }

    /// <summary>The id (not the secret) of the key the session belongs to.</summary>
    string KeyId { get; }

    /// <summary>Cancelled when the session is over for good: closed, expired, or its connection lost and not resumable.</summary>
    CancellationToken Ended { get; }

    /// <summary>Whether the key has a scope, for example <c>admin</c>. <c>admin</c> has them all.</summary>
    bool HasScope(string scope);

    /// <summary>Whether the client subscribed to an event type. Cheap: ask before the data is made.</summary>
    bool IsSubscribed(string eventType);

    /// <summary>Sends an event to the client when it subscribed to it. Never waits: while the client is slow, the newest of a type replaces the older unsent one.</summary>
    void Publish<T>(string eventType, string source, T data, JsonTypeInfo<T> typeInfo);
}
