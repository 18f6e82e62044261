using System.Globalization;

namespace Patchbay.Load;

/// <summary>What a session costs whose client is away: beyond the bytes it has to keep.</summary>
internal static class Away
{
    private const int Threads = 4;

    public static void Run(Settings settings, Summary summary)
    {
        Console.WriteLine($"## {settings.Idle:N0} sessions away\n");
        Console.WriteLine("| unacknowledged messages each | their bytes | resident MiB before | after | bytes per session | beyond its buffer |");
        Console.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: |");
        foreach (var calls in (int[])[0, 10])
        {
            using var server = Target.StartPatchbay("Patchbay", settings.Server, ("Patchbay__Session__TtlSeconds", "3600"));
            // What every server loads once is not the price of a session.
            Make(server, Math.Max(settings.Idle / 10, 100), calls);
            Thread.Sleep(TimeSpan.FromSeconds(settings.SettleSeconds));
            var before = server.Resident;
            var made = Make(server, settings.Idle, calls);
            Thread.Sleep(TimeSpan.FromSeconds(settings.SettleSeconds));
            var after = server.Resident;
            var each = (after - before) / (double)made.Length;
            var kept = made.Average(session => session.Bytes);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {calls + 1} | {kept:N0} | {before / 1048576.0:N1} | {after / 1048576.0:N1} | {each:N0} | {each - kept:N0} |"));
            summary.Add($"memory of a session away beyond its buffer, bytes, {calls + 1} messages", (each - kept).ToString("N0", CultureInfo.InvariantCulture), "2,048");
        }

        Console.WriteLine();
    }

    /// <summary>Makes sessions, a few at a time.</summary>
    public static KeptSession[] Make(Target server, int count, int calls)
    {
        var made = new KeptSession[count];
        Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Threads }, number => made[number] = KeptSession.Make(server, number, calls));
        return made;
    }
}
