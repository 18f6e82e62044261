using Microsoft.Extensions.Logging.Abstractions;
using Patchbay.Store.Sqlite;
using Patchbay.Store.Tests.Contract;

namespace Patchbay.Store.Tests.Sqlite;

public sealed class SqliteSessionTests : SessionContract, IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    protected override IStore Open(StoreOptions? options = null) => SqliteStore.Open(_directory.Path, options ?? new StoreOptions(), Time, NullLogger.Instance);
}

public sealed class SqliteExecutionTests : ExecutionContract, IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    protected override IStore Open(StoreOptions? options = null) => SqliteStore.Open(_directory.Path, options ?? new StoreOptions(), Time, NullLogger.Instance);
}

public sealed class StrictSqliteExecutionTests : ExecutionContract, IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    protected override IStore Open(StoreOptions? options = null) =>
        SqliteStore.Open(_directory.Path, (options ?? new StoreOptions()) with { Durability = Durability.Strict }, Time, NullLogger.Instance);
}

public sealed class SqliteDurableTests : DurableContract, IDisposable
{
    private readonly TempDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    protected override IStore Open(StoreOptions? options = null) => SqliteStore.Open(_directory.Path, options ?? new StoreOptions(), Time, NullLogger.Instance);
}
