using System.Net;
using Patchbay.Server.Guard.Keys;
using Patchbay.Store.Keys;

namespace Patchbay.Server.Tests.Guard.Keys;

public sealed class KeyRingTests
{
    private readonly ManualTime _time = new();
    private readonly Pepper _pepper = new(new byte[32]);
    private readonly CountingStore _store = new();
    private readonly List<string> _ended = [];
    private readonly KeyCommands _commands;

    public KeyRingTests() => _commands = new KeyCommands(_store, _pepper, _time);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_made_beside_the_server_works_after_the_next_look()
    {
        var ring = await Ring();
        var made = await _commands.CreateAsync(new KeyRequest("ci", ["metrics"], MessagesPerMinute: 7), Cancel);
        Assert.Null(ring.Authenticate(made.Text, null, null));

        await ring.RefreshAsync(Cancel);

        var key = ring.Authenticate(made.Text, null, null);
        Assert.NotNull(key);
        Assert.Equal((made.Record!.Id, "ci", 7), (key.Id, key.Name, key.MessagesPerMinute));
        Assert.True(key.Scopes.Has("metrics"));
        Assert.Same(key, ring.Find(key.Id));
    }

    [Fact]
    public async Task Nothing_secret_is_stored()
    {
        var made = await _commands.CreateAsync(new KeyRequest("ci"), Cancel);
        var record = await _store.FindAsync(made.Record!.Id, Cancel);
        string secret = made.Text![^(KeyText.SecretLength + KeyText.ChecksumLength)..];
        Assert.DoesNotContain(secret, System.Text.Json.JsonSerializer.Serialize(record), StringComparison.Ordinal);
        Assert.Equal(_pepper.Hash(made.Text!), Assert.Single(record!.Secrets).Hash);
    }

    [Fact]
    public async Task A_wrong_secret_an_unknown_id_and_noise_open_nothing()
    {
        var made = await _commands.CreateAsync(new KeyRequest("ci"), Cancel);
        var ring = await Ring();
        Assert.NotNull(ring.Authenticate(made.Text, null, null));
        Assert.Null(ring.Authenticate(KeyText.NewKey(made.Record!.Id), null, null));
        Assert.Null(ring.Authenticate(KeyText.NewKey(KeyText.NewId()), null, null));
        Assert.Null(ring.Authenticate("", null, null));
        Assert.Null(ring.Authenticate(new string('x', 100_000), null, null));
        Assert.Null(ring.Authenticate(made.Text + "x", null, null));
    }

    [Fact]
    public async Task A_key_hashed_under_another_pepper_opens_nothing()
    {
        var made = await _commands.CreateAsync(new KeyRequest("ci"), Cancel);
        var ring = new KeyRing(_store, new Pepper([.. Enumerable.Repeat((byte)1, 32)]), _time, null);
        await ring.RefreshAsync(Cancel);
        Assert.Null(ring.Authenticate(made.Text, null, null));
    }

    [Fact]
    public async Task An_expired_key_is_refused_at_once_and_its_sockets_end_at_the_next_look()
    {
        var ring = await Ring();
        var made = await _commands.CreateAsync(new KeyRequest("short", ExpiresIn: TimeSpan.FromSeconds(30)), Cancel);
        await ring.RefreshAsync(Cancel);
        _time.AdvanceMs(29_999);
        await ring.RefreshAsync(Cancel);
        Assert.NotNull(ring.Authenticate(made.Text, null, null));
        Assert.Empty(_ended);
        _time.AdvanceMs(1);
        Assert.Null(ring.Authenticate(made.Text, null, null));
        Assert.Null(ring.Find(made.Record!.Id));

        await ring.RefreshAsync(Cancel);
        await ring.RefreshAsync(Cancel);

        Assert.Equal([made.Record.Id], _ended);
    }

    [Fact]
    public async Task A_revoked_key_ends_at_the_next_look()
    {
        var made = await _commands.CreateAsync(new KeyRequest("ci"), Cancel);
        var other = await _commands.CreateAsync(new KeyRequest("other"), Cancel);
        var ring = await Ring();
        Assert.Null((await _commands.RevokeAsync(made.Record!.Id, Cancel)).Fault);

        await ring.RefreshAsync(Cancel);

        Assert.Equal([made.Record.Id], _ended);
        Assert.Null(ring.Authenticate(made.Text, null, null));
        Assert.NotNull(ring.Authenticate(other.Text, null, null));
    }

    [Fact]
    public async Task A_rotation_leaves_two_secrets_alive_until_the_overlap_ends_or_the_next_rotation()
    {
        var first = await _commands.CreateAsync(new KeyRequest("ci"), Cancel);
        string id = first.Record!.Id;
        var ring = await Ring();
        var second = await _commands.RotateAsync(id, TimeSpan.FromHours(1), Cancel);
        await ring.RefreshAsync(Cancel);
        Assert.NotNull(ring.Authenticate(first.Text, null, null));
        Assert.NotNull(ring.Authenticate(second.Text, null, null));

        var third = await _commands.RotateAsync(id, TimeSpan.FromHours(1), Cancel);
        await ring.RefreshAsync(Cancel);
        Assert.Null(ring.Authenticate(first.Text, null, null));
        Assert.NotNull(ring.Authenticate(second.Text, null, null));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Null(ring.Authenticate(second.Text, null, null));
        Assert.NotNull(ring.Authenticate(third.Text, null, null));
        Assert.Empty(_ended);
        Assert.Equal(id, ring.Authenticate(third.Text, null, null)!.Id);
    }

    [Fact]
    public async Task A_revoked_key_is_not_rotated_and_an_unknown_one_is_told()
    {
        var made = await _commands.CreateAsync(new KeyRequest("ci"), Cancel);
        await _commands.RevokeAsync(made.Record!.Id, Cancel);
        Assert.NotNull((await _commands.RotateAsync(made.Record.Id, TimeSpan.Zero, Cancel)).Fault);
        Assert.NotNull((await _commands.RotateAsync("nobody", TimeSpan.Zero, Cancel)).Fault);
        Assert.NotNull((await _commands.RevokeAsync("nobody", Cancel)).Fault);
    }

    [Fact]
    public async Task A_key_may_be_bound_to_origins_and_addresses()
    {
        var made = await _commands.CreateAsync(
            new KeyRequest("page", AllowedOrigins: ["https://example.org"], AllowedAddresses: ["10.0.0.0/8", "2001:db8::1"]), Cancel);
        var ring = await Ring();
        Assert.NotNull(ring.Authenticate(made.Text, "https://example.org", IPAddress.Parse("10.1.2.3")));
        Assert.NotNull(ring.Authenticate(made.Text, null, IPAddress.Parse("2001:db8::1")));
        Assert.Null(ring.Authenticate(made.Text, "https://example.com", IPAddress.Parse("10.1.2.3")));
        Assert.Null(ring.Authenticate(made.Text, "https://example.org", IPAddress.Parse("11.1.2.3")));
        Assert.Null(ring.Authenticate(made.Text, "https://example.org", null));
    }

    [Fact]
    public async Task A_use_is_written_at_most_once_a_minute()
    {
        var made = await _commands.CreateAsync(new KeyRequest("ci"), Cancel);
        var ring = await Ring();
        for (int second = 0; second < 120; second++)
        {
            ring.Authenticate(made.Text, null, null);
            await ring.RefreshAsync(Cancel);
            _time.AdvanceMs(1_000);
        }

        Assert.Equal(2, _store.Touches);
        Assert.Equal(ManualTime.Start.AddSeconds(60), (await _store.FindAsync(made.Record!.Id, Cancel))!.LastUsedAt);
    }

    [Fact]
    [Patchbay.Testing.Requirement("PROTO-11-02")]
    public async Task The_key_of_the_environment_has_every_scope_and_its_value_is_its_identity()
    {
        const string value = "a-key-for-tests-0001";
        var ring = new KeyRing(_store, _pepper, _time, value, _ended.Add);
        await ring.RefreshAsync(Cancel);
        var key = ring.Authenticate(value, null, null);
        Assert.NotNull(key);
        Assert.True(key.Scopes.Has("admin"));
        Assert.Null(ring.Authenticate(value + "x", null, null));
        Assert.Null(ring.Authenticate(key.Id, null, null));
        Assert.Same(key, ring.Find(key.Id));

        string Id(string other, Pepper pepper) => new KeyRing(_store, pepper, _time, other).Authenticate(other, null, null)!.Id;
        Assert.Equal(key.Id, Id(value, _pepper));
        Assert.NotEqual(key.Id, Id(value + "2", _pepper));
        Assert.NotEqual(key.Id, Id(value, new Pepper([.. Enumerable.Repeat((byte)9, 32)])));
    }

    [Theory]
    [InlineData("123456789012345", false)]
    [InlineData("1234567890123456", true)]
    [InlineData("1234567890 123456", false)]
    [InlineData("1234567890123456ä", false)]
    public void The_key_of_the_environment_has_sixteen_visible_characters_at_least(string value, bool fine) =>
        Assert.Equal(fine, KeyRing.EnvironmentKeyFault(value) is null);

    [Fact]
    public async Task Without_such_a_key_no_text_is_one()
    {
        var ring = await Ring();
        Assert.Null(ring.Authenticate("", null, null));
        Assert.Null(ring.Find(""));
    }

    [Fact]
    public async Task The_first_key_is_made_once()
    {
        var first = await _commands.CreateFirstAsync(Cancel);
        Assert.Equal(["admin"], first!.Record!.Scopes);
        Assert.Null(await _commands.CreateFirstAsync(Cancel));
        await _commands.RevokeAsync(first.Record.Id, Cancel);
        Assert.Null(await _commands.CreateFirstAsync(Cancel));
    }

    public static TheoryData<string, object> Faulty => new()
    {
        { "no name", new KeyRequest("") },
        { "a long name", new KeyRequest(new string('n', 129)) },
        { "a line break", new KeyRequest("a\nb") },
        { "a scope nobody grants", new KeyRequest("a", ["root"]) },
        { "no time", new KeyRequest("a", ExpiresIn: TimeSpan.Zero) },
        { "no message", new KeyRequest("a", MessagesPerMinute: 0) },
        { "too many messages", new KeyRequest("a", MessagesPerMinute: 1_000_000_001) },
        { "an origin with a path", new KeyRequest("a", AllowedOrigins: ["https://example.org/path"]) },
        { "a network too narrow", new KeyRequest("a", AllowedAddresses: ["10.0.0.0/33"]) },
        { "an address cut short", new KeyRequest("a", AllowedAddresses: ["10.1"]) },
    };

    [Theory]
    [MemberData(nameof(Faulty))]
    public async Task A_request_beyond_its_ranges_makes_no_key(string what, object request)
    {
        var outcome = await _commands.CreateAsync((KeyRequest)request, Cancel);
        Assert.True(outcome.Fault is not null, what);
        Assert.Null(outcome.Text);
        Assert.Empty(await _commands.ListAsync(Cancel));
    }

    [Fact]
    public async Task A_look_without_changes_reads_no_key()
    {
        for (int i = 0; i < 50; i++)
            await _commands.CreateAsync(new KeyRequest("k" + i), Cancel);
        var ring = await Ring();
        Assert.Equal(50, _store.RecordsRead);
        await ring.RefreshAsync(Cancel);
        await _commands.CreateAsync(new KeyRequest("one more"), Cancel);
        await ring.RefreshAsync(Cancel);
        Assert.Equal(51, _store.RecordsRead);
    }

    private async Task<KeyRing> Ring()
    {
        var ring = new KeyRing(_store, _pepper, _time, null, _ended.Add);
        await ring.RefreshAsync(Cancel);
        return ring;
    }

    private sealed class CountingStore : IKeyStore
    {
        private readonly MemoryKeyStore _inner = new();

        public int Touches { get; private set; }

        public int RecordsRead { get; private set; }

        public async ValueTask<KeyChanges> ReadChangesAsync(long afterVersion, CancellationToken cancellationToken)
        {
            var changes = await _inner.ReadChangesAsync(afterVersion, cancellationToken);
            RecordsRead += changes.Records.Count;
            return changes;
        }

        public ValueTask<KeyRecord?> FindAsync(string id, CancellationToken cancellationToken) => _inner.FindAsync(id, cancellationToken);

        public ValueTask<bool> TryAddAsync(KeyRecord record, CancellationToken cancellationToken) => _inner.TryAddAsync(record, cancellationToken);

        public ValueTask<KeyRecord?> UpdateAsync(string id, Func<KeyRecord, KeyRecord> change, CancellationToken cancellationToken) =>
            _inner.UpdateAsync(id, change, cancellationToken);

        public ValueTask TouchAsync(IReadOnlyCollection<KeyUse> uses, CancellationToken cancellationToken)
        {
            Touches += uses.Count;
            return _inner.TouchAsync(uses, cancellationToken);
        }
    }
}
