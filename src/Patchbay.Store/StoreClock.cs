namespace Patchbay.Store;

/// <summary>The store's clock: what had run before, and what has run since.</summary>
internal sealed class StoreClock(TimeProvider time, long before)
{
    private readonly long _opened = time.GetTimestamp();

    /// <summary>The moment.</summary>
    public StoreTime Now => new(before + (long)time.GetElapsedTime(_opened).TotalMilliseconds);
}
