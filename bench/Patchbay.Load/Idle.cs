using System.Diagnostics;
using System.Globalization;

namespace Patchbay.Load;

/// <summary>What connections cost that do nothing, beside the bare echo's.</summary>
internal static class Idle
{
    public static void Run(Settings settings, Summary summary)
    {
        using var server = Target.StartPatchbay("Patchbay", settings.Server);
        using var echo = Target.StartEcho("bare echo");
        Target[] targets = [server, echo];
        // A first connection, kept out of the figures: what every server loads once is not the price of a connection.
        using var warm = new Driver(server, 1);
        using var warmEcho = new Driver(echo, 1);
        warm.Run(1, TimeSpan.FromSeconds(1));
        warmEcho.Run(1, TimeSpan.FromSeconds(1));
        Wait(settings.SettleSeconds);

        var before = targets.Select(target => target.Resident).ToArray();
        var alone = Cpu(targets, settings.IdleSeconds / 4);
        var holders = targets.Select(target => Hold(target, settings.Idle)).ToArray();
        try
        {
            Wait(settings.SettleSeconds);
            var after = targets.Select(target => target.Resident).ToArray();
            var shares = Cpu(targets, settings.IdleSeconds);
            Console.WriteLine($"## {settings.Idle:N0} idle connections, {settings.IdleSeconds:0} s, beside the bare echo\n");
            Console.WriteLine("| server | resident MiB before | after | KiB per connection | CPU % of a core | without connections |");
            Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: |");
            for (var i = 0; i < targets.Length; i++)
            {
                var each = (after[i] - before[i]) / 1024.0 / settings.Idle;
                Console.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"| {targets[i].Name} | {before[i] / 1048576.0:N1} | {after[i] / 1048576.0:N1} | {each:0.0} | {shares[i]:0.00} | {alone[i]:0.00} |"));
            }

            Console.WriteLine();
            summary.Add($"resident memory per idle connection, KiB, of {settings.Idle:N0}", Text((after[0] - before[0]) / 1024.0 / settings.Idle, "0.0"), "10");
            summary.Add($"CPU with {settings.Idle:N0} idle connections, % of a core", Text(shares[0], "0.00"), "2");
        }
        finally
        {
            foreach (var holder in holders)
            {
                holder.StandardInput.Close();
                holder.WaitForExit();
                holder.Dispose();
            }
        }
    }

    private static Process Hold(Target target, int count)
    {
        var start = Target.Self("--hold", target.Url.ToString(), target.IsPatchbay ? Target.Key : "", count.ToString(CultureInfo.InvariantCulture));
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        var process = Process.Start(start)!;
        if (process.StandardOutput.ReadLine() is null)
            throw new IOException("The idle connections could not be made.");
        return process;
    }

    private static double[] Cpu(Target[] targets, double seconds)
    {
        var before = targets.Select(target => target.Cpu).ToArray();
        var start = Stopwatch.GetTimestamp();
        Wait(seconds);
        var elapsed = Stopwatch.GetElapsedTime(start);
        return [.. targets.Select((target, i) => (target.Cpu - before[i]) / elapsed * 100)];
    }

    private static void Wait(double seconds) => Thread.Sleep(TimeSpan.FromSeconds(seconds));

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
