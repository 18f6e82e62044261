using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.System.Performance;

namespace Patchbay.Tools.System.Checks;

/// <summary>How long it takes until 4 KiB are safely on the disk of the data directory: twenty writes with fsync to a temporary file.</summary>
internal sealed class WriteLatencyCheck(string directory, TimeProvider time) : IDiagnosticCheck
{
    private const int Writes = 20;
    private const int BytesPerWrite = 4096;
    private static readonly Threshold Latency = new(50, 500);

    public string Id => "disk.write_latency";

    public string Component => Components.System;

    public DiagnosticLevel Level => DiagnosticLevel.Full;

    public ValueTask<CheckReading> RunAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(directory))
            return new(CheckReading.Skip("The data directory does not exist (yet)."));
        var durations = new List<double>(Writes);
        var block = new byte[BytesPerWrite];
        var path = Path.Combine(directory, ".patchbay-write-probe");
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0, FileOptions.DeleteOnClose);
        for (var i = 0; i < Writes && !cancellationToken.IsCancellationRequested; i++)
        {
            var started = time.GetTimestamp();
            file.Write(block);
            file.Flush(flushToDisk: true);
            durations.Add(time.GetElapsedTime(started).TotalMilliseconds);
        }

        durations.Sort();
        return new(Readings.Of("Time to write 4 KiB safely (the slowest but one of twenty)", durations.Count < Writes ? null : durations[^2], "ms", Latency,
            "The disk is slow or busy: answers of resumable sessions wait for it.", Readings.Evidence(("median_ms", durations[durations.Count / 2]), ("writes", durations.Count))));
    }
}
