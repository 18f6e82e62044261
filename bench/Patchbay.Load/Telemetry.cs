namespace Patchbay.Load;

/// <summary>What it costs that the server can be watched.</summary>
internal static class Telemetry
{
    /// <summary>The same server with nobody listening to its instruments and with the metrics page listening.</summary>
    public static void Run(Settings settings, Summary summary)
    {
        using var off = Target.StartPatchbay("metrics off", settings.Server, ("Patchbay__Telemetry__Metrics", "false"));
        using var on = Target.StartPatchbay("metrics on", settings.Server);
        using var a = new Driver(off, Comparison.Connections);
        using var b = new Driver(on, Comparison.Connections);
        Console.WriteLine($"## {Comparison.Connections} connections, 8 in flight each, metrics off and on\n");
        var rounds = Comparison.Run([a, b], 8, settings);
        summary.Add("CPU per call, metrics on beside off", Comparison.Ratio(rounds[1], rounds[0], round => round.CpuMicroseconds).Text("0.000"), "1.03");
    }
}
