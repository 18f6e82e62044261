using System.Globalization;

namespace Patchbay.Bench;

/// <summary>
/// Bytes allocated per call in steady state, over 100,000 calls of one long-lived session: what the whole process allocated
/// (<see cref="GC.GetTotalAllocatedBytes"/>, precise) less what the client's own thread did, which is shown and ought to be 0.
/// </summary>
internal static class Allocations
{
    private const int Calls = 100_000;
    private const int WarmUp = 50_000;

    public static void Run()
    {
        Console.WriteLine("## Bytes allocated per call, steady state\n");
        Console.WriteLine("| way | dialect | in flight | bytes per call | of the client | at most |");
        Console.WriteLine("| --- | --- | ---: | ---: | ---: | ---: |");
        using (var server = new InlineServer())
        {
            foreach (var (name, text) in Dialects)
            {
                var frame = Messages.Frame(text);
                server.Prove(frame);
                Print("the engine, without a socket", name, 1, Measure(1, () => server.Stream.Deliver(frame)).Total, null);
            }
        }

        using var kestrel = new KestrelServer();
        foreach (var (name, text) in Dialects)
        {
            foreach (var inFlight in new[] { 1, 8 })
            {
                byte[] frames = [.. Enumerable.Range(1, inFlight).SelectMany(number => Messages.Frame(Messages.Numbered(text, number)))];
                var (total, own) = Measure(inFlight, () => kestrel.Call(frames, inFlight));
                Print("behind Kestrel, over loopback", name, inFlight, total - own, own);
            }
        }

        Console.WriteLine();
    }

    /// <summary>Prints which types a call in an envelope allocates.</summary>
    public static void PrintTypes()
    {
        using var server = new InlineServer();
        var frame = Messages.Frame(Messages.Envelope);
        server.Prove(frame);
        var bytes = Measure(1, () => server.Stream.Deliver(frame)).Total;
        using var types = new AllocatedTypes();
        for (var i = 0; i < 10 * Calls; i++)
            server.Stream.Deliver(frame);
        types.Print(bytes);
    }

    private static IEnumerable<(string Name, byte[] Text)> Dialects => [("envelope", Messages.Envelope), ("compact", Messages.Compact)];

    private static (double Total, double Own) Measure(int each, Action calls)
    {
        for (var i = 0; i < WarmUp; i += each)
            calls();
        var total = GC.GetTotalAllocatedBytes(precise: true);
        var own = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Calls; i += each)
            calls();
        own = GC.GetAllocatedBytesForCurrentThread() - own;
        total = GC.GetTotalAllocatedBytes(precise: true) - total;
        return ((double)total / Calls, (double)own / Calls);
    }

    private static void Print(string way, string dialect, int inFlight, double bytes, double? own) => Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture, $"| {way} | {dialect} | {inFlight} | {bytes:0.0} | {(own is { } share ? share.ToString("0.0", CultureInfo.InvariantCulture) : "the same thread")} | 500 |"));
}
