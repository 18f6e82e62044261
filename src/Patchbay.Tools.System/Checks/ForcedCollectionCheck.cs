using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.System.Performance;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Checks;

/// <summary>What is left on the heap after a full collection. It stops the server meanwhile, so it runs only where the setting allows it.</summary>
internal sealed class ForcedCollectionCheck(bool isAllowed) : IDiagnosticCheck
{
    private static readonly Threshold HeapOfLimit = new(75, 90);

    public string Id => "runtime.live_heap";

    public string Component => Components.System;

    public DiagnosticLevel Level => DiagnosticLevel.Full;

    public ValueTask<CheckReading> RunAsync(CancellationToken cancellationToken)
    {
        if (!isAllowed)
            return new(CheckReading.Skip("A forced collection is not allowed (Patchbay:System:AllowForcedCollection)."));
        var before = GC.GetTotalMemory(forceFullCollection: false);
        var live = GC.GetTotalMemory(forceFullCollection: true);
        var limit = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        return new(Readings.Of("Live objects, of the memory the runtime may use", Figures.Percent(live, limit), "percent", HeapOfLimit,
            "Look for what is kept: sessions, histories, streams. Or raise the limit.", Readings.Evidence(("live_bytes", live), ("before_bytes", before))));
    }
}
