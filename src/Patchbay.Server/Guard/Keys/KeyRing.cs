using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Patchbay.Store.Keys;

namespace Patchbay.Server.Guard.Keys;

/// <summary>The keys of a running server, in memory; the store is asked every second what another process has changed. Safe for concurrent use.</summary>
/// <param name="store">The keys.</param>
/// <param name="pepper">The secret under which they are hashed.</param>
/// <param name="time">The clock.</param>
/// <param name="environmentKey">The value of <c>PATCHBAY_API_KEY</c>, checked with <see cref="EnvironmentKeyFault"/>; null when there is none.</param>
/// <param name="ended">Told the id of each key that was revoked or has expired, so that its sockets are closed with 4401; must not throw.</param>
internal sealed class KeyRing(IKeyStore store, Pepper pepper, TimeProvider time, string? environmentKey, Action<string>? ended = null)
{
    private static readonly long NoteUseEveryTicks = TimeSpan.FromMinutes(1).Ticks;

    private readonly ConcurrentDictionary<string, KeyEntry> _entries = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _uses = new(StringComparer.Ordinal);
    private readonly PriorityQueue<string, DateTimeOffset> _expiries = new();
    private readonly KeyEntry _nobody = KeyEntry.Nobody();
    private readonly KeyEntry _environment = environmentKey is null ? KeyEntry.Nobody() : EnvironmentEntry(environmentKey, pepper);
    private long _version;

    /// <summary>What is wrong with a value of <c>PATCHBAY_API_KEY</c>, or null.</summary>
    public static string? EnvironmentKeyFault(string value) =>
        value.Length is >= 16 and <= Pepper.MaxTextLength && value.All(character => character is > ' ' and <= '~')
            ? null
            : $"PATCHBAY_API_KEY must have 16 to {Pepper.MaxTextLength} visible ASCII characters.";

    /// <summary>The key a text opens, or null. Unknown, wrong, expired, revoked and out of place cost the same: one hash, three comparisons.</summary>
    /// <param name="text">What the caller presented.</param>
    /// <param name="origin">The request's Origin, or null.</param>
    /// <param name="address">The client's address, as the trusted proxies tell it.</param>
    public ApiKey? Authenticate(ReadOnlySpan<char> text, string? origin, IPAddress? address)
    {
        Span<byte> hash = stackalloc byte[Pepper.HashLength];
        bool hashed = pepper.TryHash(text, hash);
        var now = time.GetUtcNow();
        var entry = _nobody;
        if (KeyText.TryGetId(text, out var id) && _entries.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(id, out var found))
            entry = found;

        bool matches = entry.Matches(hash, now);
        if (_environment.Matches(hash, now) & hashed)
            return _environment.Key;
        if (!(matches & hashed) || !entry.IsLive(now) || !entry.Key.MayComeFrom(origin, address))
            return null;
        NoteUse(entry, now);
        return entry.Key;
    }

    /// <summary>The key with an id as it is now, or null when it is unknown, revoked or expired. For tickets, and for what lives longer than a request.</summary>
    public ApiKey? Find(string id)
    {
        if (_environment.Key.Id.Length > 0 && string.Equals(id, _environment.Key.Id, StringComparison.Ordinal))
            return _environment.Key;
        return _entries.TryGetValue(id, out var entry) && entry.IsLive(time.GetUtcNow()) ? entry.Key : null;
    }

    /// <summary>
    /// Takes in what has changed in the store, ends keys whose time has come, and writes down uses. One question to the store, and work only for keys that changed.
    /// Called every second, never concurrently.
    /// </summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        // Before the store is asked: a store in trouble must not keep an expired key's sockets open.
        EndExpired(time.GetUtcNow());
        var changes = await store.ReadChangesAsync(_version, cancellationToken).ConfigureAwait(false);
        var now = time.GetUtcNow();
        foreach (var record in changes.Records)
        {
            var entry = KeyEntry.From(record);
            bool wasLive = _entries.TryGetValue(record.Id, out var former) && former.IsLive(now);
            if (former is not null)
                entry.NotedAt = former.NotedAt;
            _entries[record.Id] = entry;
            if (entry.IsLive(now) && record.ExpiresAt is { } expiry)
                _expiries.Enqueue(record.Id, expiry);
            else if (wasLive && !entry.IsLive(now))
                ended?.Invoke(record.Id);
        }

        _version = changes.Version;
        await WriteUsesAsync(cancellationToken).ConfigureAwait(false);
    }

    private void EndExpired(DateTimeOffset now)
    {
        while (_expiries.TryPeek(out string? id, out var due) && due <= now)
        {
            _expiries.Dequeue();

            // The expiry may have been moved since; then the key stands in the queue a second time.
            if (_entries.TryGetValue(id, out var entry) && entry.Key.ExpiresAt <= now)
                ended?.Invoke(id);
        }
    }

    private void NoteUse(KeyEntry entry, DateTimeOffset now)
    {
        if (now.UtcTicks - entry.NotedAt < NoteUseEveryTicks)
            return;
        entry.NotedAt = now.UtcTicks;
        _uses[entry.Key.Id] = now;
    }

    private async Task WriteUsesAsync(CancellationToken cancellationToken)
    {
        if (_uses.IsEmpty)
            return;
        KeyUse[] uses = [.. _uses.Select(use => new KeyUse(use.Key, use.Value))];
        await store.TouchAsync(uses, cancellationToken).ConfigureAwait(false);
        foreach (var use in uses)
            _uses.TryRemove(KeyValuePair.Create(use.KeyId, use.At));
    }

    // The value is the identity: the id comes from a keyed hash of it, under another name than the hash it is compared with.
    private static KeyEntry EnvironmentEntry(string value, Pepper pepper)
    {
        string id = "env" + Convert.ToHexStringLower(SHA256.HashData(pepper.Hash(value)).AsSpan(0, 8));
        var key = new ApiKey { Id = id, Name = "PATCHBAY_API_KEY", Scopes = new KeyScopes([KeyScopes.Admin]) };
        return new KeyEntry(key, new KeySecret(pepper.Hash(value), DateTimeOffset.MinValue), null, revoked: false);
    }
}
