using System.Globalization;

namespace Patchbay.Load;

/// <summary>What a session costs whose client is away: beyond the bytes it has to keep.</summary>
internal static class Away
{
    private const int Threads = 4;

    public static void Run(Settings settings, Summary summary)
    {
        Console.WriteLine($"## {settings.Idle:N0} sessions away\n");
        Console.WriteLine("| store | pings | calls | unacknowledged messages each | their bytes | resident MiB before | after | bytes per session | beyond its buffer |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        // The answer to a call leaves an execute-once record too, which lives for ten minutes whether or not anyone is away; the answer to a ping leaves nothing else.
        foreach (var (store, pings, calls) in ((string, int, int)[])[("sqlite", 0, 0), ("sqlite", 10, 0), ("memory", 0, 0), ("memory", 10, 0), ("memory", 0, 10)])
        {
            // The history of sessions that workflow/* shows is kept for thirty days, and with a store in memory it is in memory.
            using var server = Target.StartPatchbay(
                "Patchbay",
                settings.Server,
                ("Patchbay__Session__TtlSeconds", "3600"), ("Patchbay__Store__Kind", store), ("Patchbay__Workflow__RecordOwnSessions", calls > 0 ? "true" : "false"));
            // What every server loads once is not the price of a session.
            Make(server, Math.Max(settings.Idle / 10, 100), calls, pings);
            Thread.Sleep(TimeSpan.FromSeconds(settings.SettleSeconds));
            var before = server.Resident;
            var made = Make(server, settings.Idle, calls, pings);
            Thread.Sleep(TimeSpan.FromSeconds(settings.SettleSeconds));
            var after = server.Resident;
            var each = (after - before) / (double)made.Length;
            var kept = made.Average(session => session.Bytes);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {store} | {pings} | {calls} | {pings + calls + 1} | {kept:N0} | {before / 1048576.0:N1} | {after / 1048576.0:N1} | {each:N0} | {each - kept:N0} |"));
            if (calls == 0)
                summary.Add($"memory of a session away beyond its buffer, bytes, {store}, {pings + 1} messages", (each - kept).ToString("N0", CultureInfo.InvariantCulture), "2,048");
        }

        Console.WriteLine();
    }

    /// <summary>Makes sessions, a few at a time.</summary>
    public static KeptSession[] Make(Target server, int count, int calls, int pings = 0)
    {
        var made = new KeptSession[count];
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Threads }, number => made[number] = KeptSession.Make(server, number, calls, pings));
        return made;
    }
}
