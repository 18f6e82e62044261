using Patchbay.Store.Keys;

namespace Patchbay.Store.Tests.Contract;

/// <summary>What every store of keys does.</summary>
public abstract class KeyStoreContract
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The store of this test; the same one at each call, or another connection to it.</summary>
    protected abstract IKeyStore Open();

    [Fact]
    public async Task A_key_is_found_as_it_was_added()
    {
        var record = Key("abc") with
        {
            ExpiresAt = Noon.AddDays(1),
            MessagesPerMinute = 500,
            AllowedOrigins = ["https://example.org"],
            AllowedAddresses = ["10.0.0.0/8"],
            Secrets = [new KeySecret(Samples.Hash(1), Noon), new KeySecret(Samples.Hash(2), Noon.AddDays(-1), Noon.AddHours(1))],
        };
        Assert.True(await Open().TryAddAsync(record, Cancel));

        var found = await Open().FindAsync("abc", Cancel);

        Assert.NotNull(found);
        Assert.Equal(("abc", "name of abc", Noon, Noon.AddDays(1), 500, 1L), (found.Id, found.Name, found.CreatedAt, found.ExpiresAt!.Value, found.MessagesPerMinute!.Value, found.Version));
        Assert.Equal(["admin", "tools:call:audio/*"], found.Scopes);
        Assert.Equal(["https://example.org"], found.AllowedOrigins);
        Assert.Equal(["10.0.0.0/8"], found.AllowedAddresses);
        Assert.Equal(Samples.Hash(1), found.Secrets[0].Hash);
        Assert.Equal((Noon, null), (found.Secrets[0].CreatedAt, found.Secrets[0].ExpiresAt));
        Assert.Equal(Samples.Hash(2), found.Secrets[1].Hash);
        Assert.Equal((Noon.AddDays(-1), Noon.AddHours(1)), (found.Secrets[1].CreatedAt, found.Secrets[1].ExpiresAt!.Value));
        Assert.Null(found.RevokedAt);
        Assert.Null(found.LastUsedAt);
        Assert.Null(await Open().FindAsync("ABC", Cancel));
    }

    [Fact]
    public async Task An_id_is_taken_once_and_a_refusal_changes_nothing()
    {
        Assert.True(await Open().TryAddAsync(Key("abc"), Cancel));
        Assert.False(await Open().TryAddAsync(Key("abc") with { Name = "other" }, Cancel));

        var changes = await Open().ReadChangesAsync(0, Cancel);

        Assert.Equal(1L, changes.Version);
        Assert.Equal("name of abc", Assert.Single(changes.Records).Name);
    }

    [Fact]
    public async Task Changes_are_those_after_the_version_each_in_its_newest_form()
    {
        await Open().TryAddAsync(Key("a"), Cancel);
        await Open().TryAddAsync(Key("b"), Cancel);
        long seen = (await Open().ReadChangesAsync(0, Cancel)).Version;
        Assert.Empty((await Open().ReadChangesAsync(seen, Cancel)).Records);

        await Open().UpdateAsync("a", key => key with { Name = "first" }, Cancel);
        var updated = await Open().UpdateAsync("a", key => key with { RevokedAt = Noon }, Cancel);
        var changes = await Open().ReadChangesAsync(seen, Cancel);

        var changed = Assert.Single(changes.Records);
        Assert.Equal(("a", "first", Noon), (changed.Id, changed.Name, changed.RevokedAt!.Value));
        Assert.True(changes.Version > seen);
        Assert.Equal((changes.Version, changes.Version), (changed.Version, updated!.Version));
    }

    [Fact]
    public async Task An_update_that_changes_nothing_raises_no_version_and_an_unknown_key_is_null()
    {
        await Open().TryAddAsync(Key("a"), Cancel);

        var same = await Open().UpdateAsync("a", key => key, Cancel);
        var none = await Open().UpdateAsync("x", key => key with { Name = "y" }, Cancel);

        Assert.Equal("a", same!.Id);
        Assert.Null(none);
        Assert.Equal(1L, (await Open().ReadChangesAsync(0, Cancel)).Version);
    }

    [Fact]
    public async Task A_change_that_throws_changes_nothing_and_leaves_the_store_usable()
    {
        await Open().TryAddAsync(Key("a"), Cancel);

        await Assert.ThrowsAsync<FormatException>(async () => await Open().UpdateAsync("a", _ => throw new FormatException(), Cancel));

        await Open().UpdateAsync("a", key => key with { Name = "after" }, Cancel);
        Assert.Equal("after", (await Open().FindAsync("a", Cancel))!.Name);
    }

    [Fact]
    public async Task A_use_moves_forward_only_and_changes_no_version()
    {
        await Open().TryAddAsync(Key("a"), Cancel);

        await Open().TouchAsync([new KeyUse("a", Noon), new KeyUse("unknown", Noon)], Cancel);
        await Open().TouchAsync([new KeyUse("a", Noon.AddMinutes(-1))], Cancel);
        var found = await Open().FindAsync("a", Cancel);
        var renamed = await Open().UpdateAsync("a", key => key with { Name = "n" }, Cancel);

        Assert.Equal(Noon, found!.LastUsedAt);
        Assert.Equal(1L, found.Version);
        Assert.Equal(Noon, renamed!.LastUsedAt);
        Assert.Equal(Noon, (await Open().FindAsync("a", Cancel))!.LastUsedAt);
    }

    [Fact]
    public async Task Updates_at_once_are_each_applied()
    {
        await Open().TryAddAsync(Key("a") with { MessagesPerMinute = 1 }, Cancel);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(
            async () => await Open().UpdateAsync("a", key => key with { MessagesPerMinute = key.MessagesPerMinute + 1 }, Cancel), Cancel)));

        var found = await Open().FindAsync("a", Cancel);
        Assert.Equal(21, found!.MessagesPerMinute);
        Assert.Equal(21L, found.Version);
    }

    private static KeyRecord Key(string id) => new()
    {
        Id = id,
        Name = "name of " + id,
        Scopes = ["admin", "tools:call:audio/*"],
        Secrets = [new KeySecret(Samples.Hash(1), Noon)],
        CreatedAt = Noon,
    };
}
