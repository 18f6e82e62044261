using System.Diagnostics;

namespace Patchbay.Load;

/// <summary>What one round of a client cost its process.</summary>
/// <param name="Calls">Calls answered.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="CpuMicroseconds">User and system time for a call.</param>
/// <param name="AllocatedBytes">Allocated for a call.</param>
internal readonly record struct ClientRound(long Calls, double Seconds, double CpuMicroseconds, double AllocatedBytes)
{
    public double PerSecond => Calls / Seconds;

    /// <summary>Measures one round.</summary>
    /// <param name="run">Runs until the token is cancelled, and says how many calls were answered.</param>
    /// <param name="length">How long.</param>
    public static async Task<ClientRound> MeasureAsync(Func<CancellationToken, Task<long>> run, TimeSpan length)
    {
        using var stop = new CancellationTokenSource(length);
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var cpu = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
        var calls = await run(stop.Token);
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        return new ClientRound(
            calls, seconds, (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / calls, (double)(GC.GetTotalAllocatedBytes(precise: true) - allocated) / calls);
    }
}
