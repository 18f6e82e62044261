using Patchbay.Server.Guard.Network;
using Patchbay.Store.Keys;

namespace Patchbay.Server.Guard.Keys;

/// <summary>What a new key shall be.</summary>
/// <param name="Name">1 to 128 characters without control characters.</param>
/// <param name="Scopes">The scopes; none for <see cref="KeyScopes.Default"/>.</param>
/// <param name="ExpiresIn">How long it works, above zero; null for ever.</param>
/// <param name="MessagesPerMinute">Its own limit, 1 to 1,000,000,000; null for the server's.</param>
/// <param name="AllowedOrigins">Origins; none for all.</param>
/// <param name="AllowedAddresses">Addresses and networks; none for all.</param>
internal sealed record KeyRequest(
    string Name,
    IReadOnlyList<string>? Scopes = null,
    TimeSpan? ExpiresIn = null,
    int? MessagesPerMinute = null,
    IReadOnlyList<string>? AllowedOrigins = null,
    IReadOnlyList<string>? AllowedAddresses = null);

/// <summary>What a command came to.</summary>
/// <param name="Record">The key as it stands now; null when there is none.</param>
/// <param name="Text">The key's text, to be shown once; null when none was made.</param>
/// <param name="Fault">Why not, in one sentence; null when it was done.</param>
internal sealed record KeyOutcome(KeyRecord? Record, string? Text, string? Fault);

/// <summary>What an operator does about keys, on the store alone: a running server obeys at its next look.</summary>
internal sealed class KeyCommands(IKeyStore store, Pepper pepper, TimeProvider time)
{
    /// <summary>How long the former secret still works after a rotation.</summary>
    public static readonly TimeSpan DefaultOverlap = TimeSpan.FromHours(24);

    /// <summary>Makes a key.</summary>
    public async Task<KeyOutcome> CreateAsync(KeyRequest request, CancellationToken cancellationToken)
    {
        if (Fault(request) is { } fault)
            return new KeyOutcome(null, null, fault);
        while (true)
        {
            string id = KeyText.NewId();
            string text = KeyText.NewKey(id);
            var now = time.GetUtcNow();
            var record = new KeyRecord
            {
                Id = id,
                Name = request.Name,
                Scopes = request.Scopes is { Count: > 0 } scopes ? scopes : [KeyScopes.Default],
                Secrets = [new KeySecret(pepper.Hash(text), now)],
                CreatedAt = now,
                ExpiresAt = now + request.ExpiresIn,
                MessagesPerMinute = request.MessagesPerMinute,
                AllowedOrigins = request.AllowedOrigins ?? [],
                AllowedAddresses = request.AllowedAddresses ?? [],
            };
            if (await store.TryAddAsync(record, cancellationToken).ConfigureAwait(false))
                return new KeyOutcome(await store.FindAsync(id, cancellationToken).ConfigureAwait(false), text, null);
        }
    }

    /// <summary>Makes the first key, with scope <c>admin</c>; null when the store knows a key already, a revoked one too.</summary>
    public async Task<KeyOutcome?> CreateFirstAsync(CancellationToken cancellationToken)
    {
        var known = await store.ReadChangesAsync(0, cancellationToken).ConfigureAwait(false);
        return known.Records.Count > 0
            ? null
            : await CreateAsync(new KeyRequest("first", [KeyScopes.Admin]), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Every key, the oldest first.</summary>
    public async Task<IReadOnlyList<KeyRecord>> ListAsync(CancellationToken cancellationToken)
    {
        var all = await store.ReadChangesAsync(0, cancellationToken).ConfigureAwait(false);
        return [.. all.Records.OrderBy(record => record.CreatedAt).ThenBy(record => record.Id, StringComparer.Ordinal)];
    }

    /// <summary>One key, or null.</summary>
    public ValueTask<KeyRecord?> ShowAsync(string id, CancellationToken cancellationToken) => store.FindAsync(id, cancellationToken);

    /// <summary>Gives a key a new secret; the former one works on for <paramref name="overlap"/>, any older one no more.</summary>
    public async Task<KeyOutcome> RotateAsync(string id, TimeSpan overlap, CancellationToken cancellationToken)
    {
        if (overlap < TimeSpan.Zero)
            return new KeyOutcome(null, null, "The overlap must not be negative.");
        var now = time.GetUtcNow();
        string text = KeyText.NewKey(id);
        var fresh = new KeySecret(pepper.Hash(text), now);
        var record = await store.UpdateAsync(id, Rotate, cancellationToken).ConfigureAwait(false);
        if (record is null)
            return new KeyOutcome(null, null, $"There is no key '{id}'.");
        return record.RevokedAt is null ? new KeyOutcome(record, text, null) : new KeyOutcome(record, null, $"Key '{id}' is revoked.");

        KeyRecord Rotate(KeyRecord before) => before.RevokedAt is not null ? before : before with
        {
            Secrets = [fresh, .. before.Secrets.Take(1).Select(former => former with { ExpiresAt = now + overlap })],
        };
    }

    /// <summary>Revokes a key for good. Revoking it again changes nothing.</summary>
    public async Task<KeyOutcome> RevokeAsync(string id, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var record = await store.UpdateAsync(
            id, before => before.RevokedAt is null ? before with { RevokedAt = now } : before, cancellationToken).ConfigureAwait(false);
        return new KeyOutcome(record, null, record is null ? $"There is no key '{id}'." : null);
    }

    private static string? Fault(KeyRequest request)
    {
        if (request.Name.Length is < 1 or > 128 || request.Name.Any(char.IsControl))
            return "A name has 1 to 128 characters and no control characters.";
        if (request.ExpiresIn <= TimeSpan.Zero || request.ExpiresIn > TimeSpan.FromDays(36_500))
            return "A key works for more than 0 s and at most 36,500 d.";
        if (request.MessagesPerMinute is < 1 or > 1_000_000_000)
            return "A limit is 1 to 1,000,000,000 messages a minute.";
        if (request.Scopes?.Select(KeyScopes.Fault).FirstOrDefault(fault => fault is not null) is { } scope)
            return scope;
        if (request.AllowedOrigins?.FirstOrDefault(origin => !OriginText.IsOrigin(origin)) is { } origin)
            return $"'{origin}' is no origin such as https://example.org.";
        return request.AllowedAddresses?.FirstOrDefault(text => !AddressText.TryParseNetwork(text, out _)) is { } address
            ? $"'{address}' is neither an address nor a network such as 10.0.0.0/8."
            : null;
    }
}
