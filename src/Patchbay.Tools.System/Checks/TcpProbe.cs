using System.Net.Sockets;
using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.System.Performance;

namespace Patchbay.Tools.System.Checks;

/// <summary>Connects to a configured address.</summary>
internal static class TcpProbe
{
    private static readonly Threshold Latency = new(500, 3_000);

    public static async ValueTask<CheckReading> RunAsync(string target, TimeProvider time, CancellationToken cancellationToken)
    {
        if (ProbeTarget.Parse(target) is not { } address)
            return CheckReading.NotKnown("The setting is not of the form host:port.");
        var started = time.GetTimestamp();
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(address.Host, address.Port, cancellationToken).ConfigureAwait(false);
            return Readings.Of("Time to connect", time.GetElapsedTime(started).TotalMilliseconds, "ms", Latency, "The way there is slow or loses packets.");
        }
        catch (SocketException fault)
        {
            return Refused(fault.SocketErrorCode, time.GetElapsedTime(started));
        }
    }

    /// <summary>The reading of a connection that did not come about.</summary>
    public static CheckReading Refused(SocketError error, TimeSpan after) => new(CheckStatus.Unhealthy, $"No connection ({error}).")
    {
        Observed = after.TotalMilliseconds,
        Unit = "ms",
        DegradedAt = Latency.Warning,
        UnhealthyAt = Latency.Critical,
        Hint = "Does the service run, and does a firewall stand between?",
    };
}
