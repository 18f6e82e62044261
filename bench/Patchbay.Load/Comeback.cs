using System.Diagnostics;
using System.Globalization;

namespace Patchbay.Load;

/// <summary>How long it takes until all sessions are back after the server was killed and started again.</summary>
internal static class Comeback
{
    private const int Calls = 4;
    private const int Threads = 8;

    public static void Run(Settings settings, Summary summary)
    {
        using var server = Target.StartPatchbay(
            "Patchbay", settings.Server, ("Patchbay__Store__Kind", "sqlite"), ("Patchbay__Store__Durability", "balanced"), ("Patchbay__Session__TtlSeconds", "3600"));
        var sessions = Away.Make(server, settings.Idle, Calls);
        var start = Stopwatch.GetTimestamp();
        server.Restart();
        var listening = Stopwatch.GetElapsedTime(start);
        var cpu = server.Cpu;
        start = Stopwatch.GetTimestamp();
        Parallel.For(0, sessions.Length, new ParallelOptions { MaxDegreeOfParallelism = Threads }, number => sessions[number].Resume(server, number));
        var resumed = Stopwatch.GetElapsedTime(start);
        var used = server.Cpu - cpu;
        Console.WriteLine($"## {sessions.Length:N0} sessions come back after kill -9, {Calls + 1} messages each, SQLite balanced\n");
        Console.WriteLine("| until it listens, s | all resumed and replayed, s | CPU of the server meanwhile, s |");
        Console.WriteLine("| ---: | ---: | ---: |");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| {listening.TotalSeconds:0.00} | {resumed.TotalSeconds:0.00} | {used.TotalSeconds:0.00} |\n"));
        summary.Add($"{sessions.Length:N0} sessions resumed after a restart, s", resumed.TotalSeconds.ToString("0.00", CultureInfo.InvariantCulture), "10");
    }
}
