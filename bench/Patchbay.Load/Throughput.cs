namespace Patchbay.Load;

/// <summary>Calls as fast as they are answered.</summary>
internal static class Throughput
{
    /// <summary>Patchbay beside the bare echo, the same bytes to both.</summary>
    public static void BesideEcho(Settings settings, Summary summary)
    {
        using var server = Target.StartPatchbay("Patchbay", settings.Server);
        using var echo = Target.StartEcho("bare echo");
        using var a = new Driver(server, Comparison.Connections);
        using var b = new Driver(echo, Comparison.Connections);
        foreach (var (inFlight, most) in new[] { (8, "1.5"), (1, "1.3") })
        {
            Console.WriteLine($"## {Comparison.Connections} connections, {inFlight} in flight each, beside the bare echo\n");
            var rounds = Comparison.Run([a, b], inFlight, settings);
            summary.Add($"CPU per call beside the echo, {Comparison.Connections} × {inFlight}", Comparison.Ratio(rounds[0], rounds[1], round => round.CpuMicroseconds).Text("0.00"), most);
        }
    }

    /// <summary>What it costs that a session survives.</summary>
    public static void Resumable(Settings settings, Summary summary)
    {
        using var memory = Target.StartPatchbay("not resumable", settings.Server);
        using var kept = Target.StartPatchbay("resumable, memory", settings.Server);
        using var stored = Target.StartPatchbay("resumable, SQLite balanced", settings.Server, ("Patchbay__Store__Kind", "sqlite"), ("Patchbay__Store__Durability", "balanced"));
        using var a = new Driver(memory, Comparison.Connections);
        using var b = new Driver(kept, Comparison.Connections, resumable: true);
        using var c = new Driver(stored, Comparison.Connections, resumable: true);
        Console.WriteLine($"## {Comparison.Connections} connections, 8 in flight each, resumable or not\n");
        var rounds = Comparison.Run([a, b, c], 8, settings);
        summary.Add("CPU per call, resumable with memory beside not resumable", Comparison.Ratio(rounds[1], rounds[0], round => round.CpuMicroseconds).Text("0.00"), "1.30");
        summary.Add("throughput, resumable with SQLite balanced beside not resumable", Comparison.Ratio(rounds[2], rounds[0], round => round.PerSecond).Text("0.00"), "at least 0.40");
    }
}
