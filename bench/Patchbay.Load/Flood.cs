using System.Diagnostics;
using System.Globalization;

namespace Patchbay.Load;

/// <summary>What a well-behaved client feels of a flooding one beside it: a ping every 50 ms on a connection of its own.</summary>
internal static class Flood
{
    private const double PauseSeconds = 0.05;

    public static void Run(Settings settings, Summary summary)
    {
        using var server = Target.StartPatchbay("Patchbay", settings.Server);
        using var warm = new Driver(server, 1);
        warm.Run(8, TimeSpan.FromSeconds(settings.WarmUpSeconds));
        Console.WriteLine("## A flooding client beside a well-behaved one\n");
        Console.WriteLine("| beside it | its messages per second | ping p50 ms | p99 ms | max ms | server resident MiB before | after |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        var quiet = Measure(server, "nobody", null, settings);
        var waiting = Measure(server, "64 calls always in flight", "wait", settings);
        var pouring = Measure(server, "writes without waiting for answers", "pour", settings);
        Console.WriteLine();
        var delay = (Math.Max(waiting.Percentile(0.99), pouring.Percentile(0.99)) - quiet.Percentile(0.99)) / 1000;
        summary.Add("delay of a ping beside a flood, p99, ms", delay.ToString("0.0", CultureInfo.InvariantCulture), "20");
    }

    private static LatencyHistogram Measure(Target server, string name, string? way, Settings settings)
    {
        var before = server.Resident;
        using var flood = way is null ? null : Start(server, way);
        using var connection = server.Connect();
        var latencies = Ping(connection, settings.FloodSeconds);
        var after = server.Resident;
        var rate = flood is null ? 0 : Stop(flood);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {rate:N0} | {latencies.Percentile(0.5) / 1000:0.00} | {latencies.Percentile(0.99) / 1000:0.00} | {latencies.MaxMicroseconds / 1000:0.00} | {before / 1048576.0:N1} | {after / 1048576.0:N1} |"));
        return latencies;
    }

    private static LatencyHistogram Ping(Connection connection, double seconds)
    {
        var request = RequestFrame.Ping();
        var latencies = new LatencyHistogram();
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
        {
            connection.Queue(request, Stopwatch.GetTimestamp());
            connection.Flush();
            while (connection.Outstanding > 0)
                connection.Receive(latencies, 0);
            Thread.Sleep(TimeSpan.FromSeconds(PauseSeconds));
        }

        return latencies;
    }

    private static Process Start(Target server, string way)
    {
        var start = Target.Self("--flood", server.Url.ToString(), Target.Key, way);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        var process = Process.Start(start)!;
        // On one core, as the claim says; the others are the server's and the well-behaved client's.
        if (OperatingSystem.IsLinux())
            process.ProcessorAffinity = 1;
        if (process.StandardOutput.ReadLine() is null)
            throw new IOException("The flood could not connect.");
        return process;
    }

    private static double Stop(Process flood)
    {
        flood.StandardInput.Close();
        var line = flood.StandardOutput.ReadLine();
        flood.WaitForExit();
        return line is null ? throw new IOException("The flood ended before its time.") : double.Parse(line, CultureInfo.InvariantCulture);
    }
}
