using Patchbay.Store.Keys;
using Patchbay.Store.Penalties;
using Patchbay.Store.Tests.Contract;

namespace Patchbay.Store.Tests.Memory;

public sealed class MemoryKeyTests : KeyStoreContract
{
    private readonly MemoryKeyStore _store = new();

    protected override IKeyStore Open() => _store;
}

public sealed class MemoryPenaltyTests : PenaltyStoreContract
{
    private readonly MemoryPenaltyStore _store = new();

    protected override IPenaltyStore Open() => _store;
}
