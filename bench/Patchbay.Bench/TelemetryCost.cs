using System.Globalization;
using Patchbay.Server.Telemetry;

namespace Patchbay.Bench;

/// <summary>
/// What the metrics page costs a call: one <c>tools/call</c> of <c>debug/echo</c> of 200 bytes, frame in to frame out, with nobody listening to the
/// instruments and with the page listening. All of a call runs on the calling thread, so its CPU time is read from that thread's own clock: other work on the
/// machine does not count. The two take turns in short rounds, and a ratio is formed within each pair.
/// </summary>
internal static class TelemetryCost
{
    private const int Rounds = 400;
    private const int CallsPerRound = 1_000;
    private const int WarmUpCalls = 100_000;

    /// <summary>Measures and prints.</summary>
    public static void Run()
    {
        var frame = Messages.Frame(Messages.Envelope);
        using var off = new InlineServer();
        using var on = new InlineServer(collectsMetrics: true);
        off.Prove(frame);
        on.Prove(frame);
        Call(off, frame, WarmUpCalls);
        Call(on, frame, WarmUpCalls);
        var (without, with) = (new double[Rounds], new double[Rounds]);
        for (var i = 0; i < Rounds; i++)
        {
            // First one first, then the other: whoever comes second finds warmer caches.
            if (i % 2 == 0)
                without[i] = Call(off, frame, CallsPerRound);
            with[i] = Call(on, frame, CallsPerRound);
            if (i % 2 != 0)
                without[i] = Call(off, frame, CallsPerRound);
        }

        Console.WriteLine($"## A call with and without the metrics page listening, {Rounds} pairs of {CallsPerRound} calls\n");
        Console.WriteLine("| | CPU ns per call, median | quartiles |");
        Console.WriteLine("| --- | ---: | ---: |");
        Print("metrics off", without, "0");
        Print("metrics on", with, "0");
        Print("ratio within a pair", [.. with.Zip(without, (a, b) => a / b)], "0.000");
        Console.WriteLine();
    }

    private static double Call(InlineServer server, byte[] frame, int calls)
    {
        var before = ThreadClock.Read();
        for (var i = 0; i < calls; i++)
            server.Stream.Deliver(frame);
        return (ThreadClock.Read() - before) / (double)calls;
    }

    private static void Print(string name, double[] values, string format)
    {
        Array.Sort(values);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"| {name} | {values[values.Length / 2].ToString(format, CultureInfo.InvariantCulture)} | {values[values.Length / 4].ToString(format, CultureInfo.InvariantCulture)}–{values[values.Length * 3 / 4].ToString(format, CultureInfo.InvariantCulture)} |"));
    }
}
