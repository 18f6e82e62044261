namespace Patchbay.Bench;

/// <summary>
/// What the metrics page costs a call: one <c>tools/call</c> of <c>debug/echo</c> of 200 bytes, frame in to frame out, with nobody listening to the
/// instruments and with the page listening.
/// </summary>
internal static class TelemetryCost
{
    /// <summary>Measures and prints.</summary>
    public static void Run()
    {
        var frame = Messages.Frame(Messages.Envelope);
        using var off = new InlineServer();
        using var on = new InlineServer(collectsMetrics: true);
        off.Prove(frame);
        on.Prove(frame);
        Console.WriteLine($"## A call with and without the metrics page listening, {PairedRounds.Described}\n");
        PairedRounds.Run("metrics off", () => off.Stream.Deliver(frame), "metrics on", () => on.Stream.Deliver(frame));
    }
}
