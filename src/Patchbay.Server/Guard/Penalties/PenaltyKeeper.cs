using Patchbay.Server.Guard.RateLimit;
using Patchbay.Store.Penalties;

namespace Patchbay.Server.Guard.Penalties;

/// <summary>Keeps the ladder of a running server and the store in agreement, so that neither a reconnect nor a restart clears a penalty.</summary>
/// <remarks>Not safe for concurrent use: the guard's upkeep owns it.</remarks>
internal sealed class PenaltyKeeper(KeyLimiter limiter, IPenaltyStore store, TimeProvider time)
{
    private long _seenClears;

    /// <summary>Set when there is something that should not wait for the next second.</summary>
    public Signal Stepped => limiter.Stepped;

    /// <summary>Takes in what is stored; called once, before the first handshake.</summary>
    public async Task LoadAsync(CancellationToken cancellationToken)
    {
        var snapshot = await store.LoadAsync(cancellationToken).ConfigureAwait(false);
        _seenClears = snapshot.ClearVersion;
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var outlived = new List<PenaltyRecord>();
        foreach (var record in snapshot.Records)
        {
            var penalty = PenaltyLadder.At(PenaltyRecords.ToState(record), now);
            if (penalty.IsClean)
                outlived.Add(PenaltyRecords.ToRecord(record.KeyId, penalty));
            else
                limiter.Restore(record.KeyId, penalty);
        }

        if (outlived.Count > 0)
            await store.SaveAsync(outlived, _seenClears, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Obeys clearings made elsewhere, then stores what has changed here; called every second.</summary>
    public async Task SyncAsync(CancellationToken cancellationToken)
    {
        var clears = await store.ReadClearsAsync(_seenClears, cancellationToken).ConfigureAwait(false);
        foreach (string keyId in clears.KeyIds)
            limiter.Restore(keyId, PenaltyState.Clean);
        _seenClears = clears.ClearVersion;

        var records = limiter.TakeUnsaved();
        if (records.Count == 0)
            return;
        try
        {
            await store.SaveAsync(records, _seenClears, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            limiter.GiveBack(records);
            throw;
        }
    }
}
