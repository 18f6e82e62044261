using System.Runtime.Versioning;
using Microsoft.Extensions.Logging.Abstractions;
using Patchbay.Store.Keys;
using Patchbay.Store.Penalties;
using Patchbay.Store.Sqlite;
using Patchbay.Store.Tests.Contract;

namespace Patchbay.Store.Tests.Sqlite;

/// <summary>Two connections take turns, as a server and a command beside it do.</summary>
public sealed class SqliteKeyTests : KeyStoreContract, IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly SqliteKeyFile _server;
    private readonly SqliteKeyFile _command;
    private int _calls;

    public SqliteKeyTests()
    {
        _server = SqliteKeyFile.Open(_directory.Path, new ManualTime());
        _command = SqliteKeyFile.Open(_directory.Path, new ManualTime());
    }

    public void Dispose()
    {
        _server.Dispose();
        _command.Dispose();
        _directory.Dispose();
    }

    protected override IKeyStore Open() => Interlocked.Increment(ref _calls) % 2 == 0 ? _server.Keys : _command.Keys;
}

public sealed class SqlitePenaltyTests : PenaltyStoreContract, IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly SqliteKeyFile _server;
    private readonly SqliteKeyFile _command;
    private int _calls;

    public SqlitePenaltyTests()
    {
        _server = SqliteKeyFile.Open(_directory.Path, new ManualTime());
        _command = SqliteKeyFile.Open(_directory.Path, new ManualTime());
    }

    public void Dispose()
    {
        _server.Dispose();
        _command.Dispose();
        _directory.Dispose();
    }

    protected override IPenaltyStore Open() => Interlocked.Increment(ref _calls) % 2 == 0 ? _server.Penalties : _command.Penalties;
}

public sealed class SqliteKeyFileTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly ManualTime _time = new();

    public static bool HasFileModes => !OperatingSystem.IsWindows();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Keys_and_penalties_outlive_the_process()
    {
        using (var file = SqliteKeyFile.Open(_directory.Path, _time))
        {
            await file.Keys.TryAddAsync(Key(), Cancel);
            await file.Keys.TouchAsync([new KeyUse("a", _time.GetUtcNow())], Cancel);
            await file.Penalties.SaveAsync([new PenaltyRecord { KeyId = "a", Level = 4, CleanSince = _time.GetUtcNow() }], 0, Cancel);
            await file.Penalties.ClearAsync("b", Cancel);
        }

        using var reopened = SqliteKeyFile.Open(_directory.Path, _time);
        var changes = await reopened.Keys.ReadChangesAsync(0, Cancel);
        var penalties = await reopened.Penalties.LoadAsync(Cancel);

        Assert.Equal((1L, _time.GetUtcNow()), (changes.Version, Assert.Single(changes.Records).LastUsedAt));
        Assert.Equal((1L, 4), (penalties.ClearVersion, Assert.Single(penalties.Records).Level));
    }

    [Fact]
    public async Task A_command_works_on_the_keys_while_a_server_has_the_directory()
    {
        await using var server = SqliteStore.Open(_directory.Path, new StoreOptions(), _time, NullLogger.Instance);
        using var command = SqliteKeyFile.Open(_directory.Path, _time);

        Assert.True(await command.Keys.TryAddAsync(Key(), Cancel));
    }

    [Fact]
    public async Task A_clearing_is_forgotten_after_a_day_but_its_number_is_not_used_again()
    {
        using var file = SqliteKeyFile.Open(_directory.Path, _time);
        await file.Penalties.ClearAsync("a", Cancel);
        _time.Advance(TimeSpan.FromDays(1) + TimeSpan.FromSeconds(1));
        await file.Penalties.ClearAsync("b", Cancel);

        var clears = await file.Penalties.ReadClearsAsync(0, Cancel);

        Assert.Equal(["b"], clears.KeyIds);
        Assert.Equal(2L, clears.ClearVersion);
    }

    [Fact(SkipUnless = nameof(HasFileModes), Skip = "Windows has no Unix file modes.")]
    [UnsupportedOSPlatform("windows")]
    public void What_is_in_the_data_directory_is_for_its_owner_only()
    {
        string directory = _directory.File("new");

        using var file = SqliteKeyFile.Open(directory, _time);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(directory));
    }

    private KeyRecord Key() => new()
    {
        Id = "a",
        Name = "a",
        Scopes = ["admin"],
        Secrets = [new KeySecret(Samples.Hash(1), _time.GetUtcNow())],
        CreatedAt = _time.GetUtcNow(),
    };
}
