using Patchbay.Store.Penalties;

namespace Patchbay.Server.Guard.Penalties;

/// <summary>A stored penalty as <c>penalties list</c> shows it.</summary>
/// <param name="KeyId">The key.</param>
/// <param name="Level">1 to 7, as of now.</param>
/// <param name="BlockedUntil">The end of the cooldown or ban, UTC; null when there is none now.</param>
/// <param name="LastExcessAt">The last refused message, UTC.</param>
internal sealed record PenaltyEntry(string KeyId, int Level, DateTimeOffset? BlockedUntil, DateTimeOffset? LastExcessAt);

/// <summary>What an operator does about penalties, on the store alone: a running server obeys at its next look.</summary>
internal sealed class PenaltyCommands(IPenaltyStore store, TimeProvider time)
{
    /// <summary>The keys with a penalty, the highest first.</summary>
    public async Task<IReadOnlyList<PenaltyEntry>> ListAsync(CancellationToken cancellationToken)
    {
        var snapshot = await store.LoadAsync(cancellationToken).ConfigureAwait(false);
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        return
        [
            .. snapshot.Records
                .Select(record => Entry(record.KeyId, PenaltyLadder.At(PenaltyRecords.ToState(record), now), now))
                .Where(entry => entry.Level > 0)
                .OrderByDescending(entry => entry.Level).ThenBy(entry => entry.KeyId, StringComparer.Ordinal),
        ];
    }

    /// <summary>Clears a key. False when it had no penalty in the store; a running server's unsaved one is cleared all the same.</summary>
    public ValueTask<bool> ClearAsync(string keyId, CancellationToken cancellationToken) => store.ClearAsync(keyId, cancellationToken);

    private static PenaltyEntry Entry(string keyId, PenaltyState penalty, long now) => new(
        keyId,
        penalty.Level,
        penalty.BlockedUntil > now ? DateTimeOffset.FromUnixTimeMilliseconds(penalty.BlockedUntil) : null,
        penalty.LastExcess == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(penalty.LastExcess));
}
