using Patchbay.Store.Memory;
using Patchbay.Store.Tests.Contract;

namespace Patchbay.Store.Tests.Memory;

public sealed class MemorySessionTests : SessionContract
{
    protected override IStore Open(StoreOptions? options = null) => new MemoryStore(options ?? new StoreOptions(), Time);
}

public sealed class MemoryExecutionTests : ExecutionContract
{
    protected override IStore Open(StoreOptions? options = null) => new MemoryStore(options ?? new StoreOptions(), Time);
}

public sealed class MemoryStoreTests
{
    [Fact]
    public async Task A_memory_store_promises_nothing_beyond_the_process_and_settles_at_once()
    {
        await using var store = new MemoryStore(new StoreOptions { Durability = Durability.Strict }, new ManualTime());

        var ticket = store.Sessions.Create(Samples.Session("ses-1"));

        Assert.Equal(Durability.Memory, store.Durability);
        Assert.True(ticket.IsSettled);
    }

    [Fact]
    public void An_option_out_of_its_range_is_named()
    {
        var fault = Assert.Throws<StoreException>(() => new MemoryStore(new StoreOptions { MaxExecutions = 15 }, new ManualTime()));

        Assert.Equal("Store:MaxExecutions is 15; it must be 16 to 10000000.", fault.Message);
    }
}
