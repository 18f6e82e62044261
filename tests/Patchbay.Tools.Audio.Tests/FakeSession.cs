using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Patchbay.Tools.Audio.Tests;

/// <summary>A session that keeps what was published to it.</summary>
internal sealed class FakeSession(string id, string key = "key-1") : IToolSession, IDisposable
{
    private readonly CancellationTokenSource _ended = new();

    public string SessionId => id;

    public string ClientId => "client-" + id;

    public string KeyId => key;

    public CancellationToken Ended => _ended.Token;

    public HashSet<string> Subscriptions { get; } = [];

    public ConcurrentQueue<(string Type, string Source, JsonElement Data)> Events { get; } = new();

    public bool HasScope(string scope) => true;

    public bool IsSubscribed(string eventType) => Subscriptions.Contains(eventType);

    public void Publish<T>(string eventType, string source, T data, JsonTypeInfo<T> typeInfo) =>
        Events.Enqueue((eventType, source, JsonSerializer.SerializeToElement(data, typeInfo)));

    public void End() => _ended.Cancel();

    public void Dispose() => _ended.Dispose();
}
