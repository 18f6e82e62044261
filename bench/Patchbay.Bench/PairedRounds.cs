using System.Globalization;
using Patchbay.Server.Telemetry;

namespace Patchbay.Bench;

/// <summary>
/// Two ways to serve a call, side by side. All of a call runs on the calling thread, so its CPU time is read from that thread's own clock: other work on the
/// machine does not count. The two take turns in short rounds, and a ratio is formed within each pair.
/// </summary>
internal static class PairedRounds
{
    private const int Rounds = 400;
    private const int CallsPerRound = 1_000;
    private const int WarmUpCalls = 100_000;

    /// <summary>What is measured, in words.</summary>
    public static string Described => $"{Rounds} pairs of {CallsPerRound} calls";

    /// <summary>Measures and prints a table.</summary>
    public static void Run(string withoutName, Action without, string withName, Action with)
    {
        Measure(without, WarmUpCalls);
        Measure(with, WarmUpCalls);
        var (first, second) = (new double[Rounds], new double[Rounds]);
        for (var i = 0; i < Rounds; i++)
        {
            // First one first, then the other: whoever comes second finds warmer caches.
            if (i % 2 == 0)
                first[i] = Measure(without, CallsPerRound);
            second[i] = Measure(with, CallsPerRound);
            if (i % 2 != 0)
                first[i] = Measure(without, CallsPerRound);
        }

        Console.WriteLine("| | CPU ns per call, median | quartiles |");
        Console.WriteLine("| --- | ---: | ---: |");
        Print(withoutName, first, "0");
        Print(withName, second, "0");
        Print("ratio within a pair", [.. second.Zip(first, (a, b) => a / b)], "0.000");
        Console.WriteLine();
    }

    private static double Measure(Action call, int calls)
    {
        var before = ThreadClock.Read();
        for (var i = 0; i < calls; i++)
            call();
        return (ThreadClock.Read() - before) / (double)calls;
    }

    private static void Print(string name, double[] values, string format)
    {
        Array.Sort(values);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {values[values.Length / 2].ToString(format, CultureInfo.InvariantCulture)} | {values[values.Length / 4].ToString(format, CultureInfo.InvariantCulture)}–{values[values.Length * 3 / 4].ToString(format, CultureInfo.InvariantCulture)} |"));
    }
}
