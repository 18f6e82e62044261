namespace Patchbay.Testing;

/// <summary>What the managed heap holds.</summary>
public static class LiveHeap
{
    /// <summary>Collects, and returns the bytes of the objects left. Means something only where nothing else runs meanwhile.</summary>
    /// <remarks><see cref="GC.GetTotalMemory"/> now and then counts the room between objects too, two megabytes at once.</remarks>
    public static long Bytes()
    {
        // Twice, since what has a finalizer goes after it.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        var heap = GC.GetGCMemoryInfo(GCKind.FullBlocking);
        return heap.HeapSizeBytes - heap.FragmentedBytes;
    }
}
