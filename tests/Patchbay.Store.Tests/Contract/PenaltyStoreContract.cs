using Patchbay.Store.Penalties;

namespace Patchbay.Store.Tests.Contract;

/// <summary>What every store of penalties does.</summary>
public abstract class PenaltyStoreContract
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, 123, TimeSpan.Zero);

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The store of this test; the same one at each call, or another connection to it.</summary>
    protected abstract IPenaltyStore Open();

    [Fact]
    public async Task A_penalty_is_loaded_as_it_was_saved_and_replaced_by_the_next()
    {
        var record = new PenaltyRecord
        {
            KeyId = "a",
            Level = 3,
            CleanSince = Noon,
            LastExcessAt = Noon.AddSeconds(1),
            LastStepAt = Noon.AddSeconds(2),
            BlockedUntil = Noon.AddSeconds(60),
            BanLevel = 3,
            BannedAt = Noon.AddSeconds(3),
            InvalidCloses = [Noon.AddMinutes(-2), Noon.AddMinutes(-1)],
        };
        await Open().SaveAsync([record with { Level = 2 }, record with { KeyId = "b" }], 0, Cancel);
        await Open().SaveAsync([record], 0, Cancel);

        var snapshot = await Open().LoadAsync(Cancel);

        Assert.Equal(0L, snapshot.ClearVersion);
        Assert.Equal(["a", "b"], snapshot.Records.Select(penalty => penalty.KeyId).Order());
        var loaded = snapshot.Records.Single(penalty => penalty.KeyId == "a");
        Assert.Equal(record.InvalidCloses, loaded.InvalidCloses);
        Assert.Equal(record with { InvalidCloses = [] }, loaded with { InvalidCloses = [] });
    }

    [Fact]
    public async Task A_clean_record_removes_the_penalty()
    {
        await Open().SaveAsync([Penalty("a", 1)], 0, Cancel);
        await Open().SaveAsync([Penalty("a", 0)], 0, Cancel);

        Assert.Empty((await Open().LoadAsync(Cancel)).Records);
    }

    [Fact]
    public async Task A_clearing_removes_is_numbered_and_told_also_without_a_record()
    {
        await Open().SaveAsync([Penalty("a", 4)], 0, Cancel);

        Assert.True(await Open().ClearAsync("a", Cancel));
        var first = await Open().ReadClearsAsync(0, Cancel);
        Assert.False(await Open().ClearAsync("b", Cancel));
        var second = await Open().ReadClearsAsync(first.ClearVersion, Cancel);

        Assert.Equal(["a"], first.KeyIds);
        Assert.Equal(["b"], second.KeyIds);
        Assert.True(second.ClearVersion > first.ClearVersion);
        Assert.Empty((await Open().ReadClearsAsync(second.ClearVersion, Cancel)).KeyIds);
        var snapshot = await Open().LoadAsync(Cancel);
        Assert.Empty(snapshot.Records);
        Assert.Equal(second.ClearVersion, snapshot.ClearVersion);
    }

    [Fact]
    public async Task A_state_written_in_ignorance_of_a_clearing_does_not_undo_it()
    {
        await Open().ClearAsync("a", Cancel);
        await Open().SaveAsync([Penalty("a", 5), Penalty("b", 1)], seenClearVersion: 0, Cancel);
        Assert.Equal(["b"], (await Open().LoadAsync(Cancel)).Records.Select(penalty => penalty.KeyId));

        long seen = (await Open().ReadClearsAsync(0, Cancel)).ClearVersion;
        await Open().SaveAsync([Penalty("a", 1)], seen, Cancel);

        Assert.Equal(2, (await Open().LoadAsync(Cancel)).Records.Count);
    }

    private static PenaltyRecord Penalty(string key, int level) => new() { KeyId = key, Level = level, CleanSince = Noon };
}
