namespace Patchbay.Store.Tests.Contract;

/// <summary>What the tests of every store share: a manual clock, and a way to open one.</summary>
public abstract class StoreContract
{
    private protected ManualTime Time { get; } = new();

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Opens the store of this test; an empty one at the first call.</summary>
    protected abstract IStore Open(StoreOptions? options = null);
}
