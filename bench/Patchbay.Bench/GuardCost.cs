namespace Patchbay.Bench;

/// <summary>
/// What the guard (validation, limiter, ladder, the count of what is received) adds to a call: one <c>tools/call</c> of <c>debug/echo</c> of 200 bytes,
/// frame in to frame out, through the server's own entrance and through <see cref="UnguardedHandler"/>.
/// </summary>
internal static class GuardCost
{
    /// <summary>Measures both dialects and prints.</summary>
    public static void Run()
    {
        foreach (var (name, text) in (ReadOnlySpan<(string, byte[])>)[("envelope", Messages.Envelope), ("compact", Messages.Compact)])
        {
            var frame = Messages.Frame(text);
            using var server = new InlineServer();
            server.Prove(frame);
            Console.WriteLine($"## A call without and with its guard, {name}, {PairedRounds.Described}\n");
            PairedRounds.Run("unguarded", () => server.Unguarded.Deliver(frame), "guarded", () => server.Stream.Deliver(frame));
        }
    }
}
