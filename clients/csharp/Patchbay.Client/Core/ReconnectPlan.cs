namespace Patchbay.Client.Core;

/// <summary>Counts attempts and names delays (docs/design/clients.md, Backoff).</summary>
internal sealed class ReconnectPlan(McpClientOptions options, Func<double> random)
{
    // A connection that was ready this long ends the count: one that dies sooner may be a server that accepts and drops.
    private const double Held = 5;

    /// <summary>Attempts since the last connection that held.</summary>
    public int Attempts { get; private set; }

    public void Reset() => Attempts = 0;

    public void LostAfter(double readyFor)
    {
        if (readyFor >= Held)
            Attempts = 0;
    }

    /// <summary>Seconds until the next attempt, or null when it is time to give up.</summary>
    public double? NextDelay(double named)
    {
        if (Attempts >= options.ReconnectMaxAttempts)
            return null;
        return named + Backoff.FullJitter(random, options.ReconnectInitialDelay, options.ReconnectMaxDelay, Attempts++);
    }
}
