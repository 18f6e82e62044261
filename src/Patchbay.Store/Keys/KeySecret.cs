namespace Patchbay.Store.Keys;

/// <summary>One live secret of a key, as a keyed hash: the secret itself is nowhere kept.</summary>
/// <param name="Hash">HMAC-SHA-256 of the whole key text under the pepper, 32 bytes.</param>
/// <param name="CreatedAt">When it was made, UTC.</param>
/// <param name="ExpiresAt">When it stops opening the door (the older one after a rotation), UTC; null when only the key's own expiry counts.</param>
public sealed record KeySecret(byte[] Hash, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt = null);
