using System.Net;
using System.Security.Cryptography;
using Patchbay.Server.Guard.Network;
using Patchbay.Store.Keys;

namespace Patchbay.Server.Guard.Keys;

/// <summary>A key of the ring: its picture, its hashes, and when its use was last noted.</summary>
internal sealed class KeyEntry
{
    private readonly KeySecret _first;
    private readonly KeySecret _second;
    private readonly bool _revoked;

    public KeyEntry(ApiKey key, KeySecret first, KeySecret? second, bool revoked)
    {
        Key = key;
        _first = first;

        // One secret is compared twice, so that a key in rotation takes no longer than another.
        _second = second ?? first;
        _revoked = revoked;
    }

    public ApiKey Key { get; }

    /// <summary>When the use was last noted, in ticks.</summary>
    public long NotedAt { get; set; }

    public static KeyEntry From(KeyRecord record)
    {
        var key = new ApiKey
        {
            Id = record.Id,
            Name = record.Name,
            Scopes = new KeyScopes(record.Scopes),
            MessagesPerMinute = record.MessagesPerMinute,
            ExpiresAt = record.ExpiresAt,
            AllowedOrigins = record.AllowedOrigins,
            AllowedAddresses = [.. record.AllowedAddresses.Select(text => AddressText.TryParseNetwork(text, out var network) ? network : Nowhere)],
        };
        var first = record.Secrets.Count > 0 ? record.Secrets[0] : Unguessable();
        return new KeyEntry(key, first, record.Secrets.Count > 1 ? record.Secrets[1] : null, record.RevokedAt is not null || record.Secrets.Count == 0)
        {
            NotedAt = record.LastUsedAt?.UtcTicks ?? 0,
        };
    }

    /// <summary>An entry that no text opens, to be compared with when there is no other.</summary>
    public static KeyEntry Nobody() =>
        new(new ApiKey { Id = "", Name = "", Scopes = new KeyScopes([]) }, Unguessable(), Unguessable(), revoked: true);

    public bool IsLive(DateTimeOffset now) => !_revoked && !(Key.ExpiresAt <= now);

    /// <summary>Whether a hash is the one of a live secret. Takes the same time whatever the answer.</summary>
    public bool Matches(ReadOnlySpan<byte> hash, DateTimeOffset now) =>
        (CryptographicOperations.FixedTimeEquals(hash, _first.Hash) & !(_first.ExpiresAt <= now))
        | (CryptographicOperations.FixedTimeEquals(hash, _second.Hash) & !(_second.ExpiresAt <= now));

    // A network that a hand has spoilt in the store lets nobody in instead of everybody.
    private static IPNetwork Nowhere { get; } = new(IPAddress.None, 32);

    private static KeySecret Unguessable() => new(RandomNumberGenerator.GetBytes(Pepper.HashLength), DateTimeOffset.MinValue);
}
