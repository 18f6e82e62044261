using System.Net.Sockets;
using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.System.Performance;

namespace Patchbay.Tools.System.Checks;

/// <summary>Connects to a configured address.</summary>
internal static class TcpProbe
{
    private static readonly Threshold Latency = new(500, 3_000);

    public static ValueTask<CheckReading> RunAsync(string target, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        return ConnectAsync(
            target,
            time,
            (_, _) => ValueTask.FromResult(Readings.Of("Time to connect", time.GetElapsedTime(started).TotalMilliseconds, "ms", Latency, "The way there is slow or loses packets.")),
            cancellationToken);
    }

    /// <summary>Connects to an address and looks at the connection, which is told its host; a connection that does not come about is the reading.</summary>
    public static async ValueTask<CheckReading> ConnectAsync(
        string target, TimeProvider time, Func<TcpClient, string, ValueTask<CheckReading>> look, CancellationToken cancellationToken)
    {
        if (ProbeTarget.Parse(target) is not { } address)
            return CheckReading.NotKnown("The setting is not of the form host:port.");
        var started = time.GetTimestamp();
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(address.Host, address.Port, cancellationToken).ConfigureAwait(false);
            return await look(client, address.Host).ConfigureAwait(false);
        }
        catch (SocketException fault)
        {
            return Refused(fault.SocketErrorCode, time.GetElapsedTime(started));
        }
    }

    private static CheckReading Refused(SocketError error, TimeSpan after) => new(CheckStatus.Unhealthy, $"No connection ({error}).")
    {
        Observed = after.TotalMilliseconds,
        Unit = "ms",
        DegradedAt = Latency.Warning,
        UnhealthyAt = Latency.Critical,
        Hint = "Does the service run, and does a firewall stand between?",
    };
}
