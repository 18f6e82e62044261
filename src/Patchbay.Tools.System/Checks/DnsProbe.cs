using System.Net;
using System.Net.Sockets;
using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.System.Performance;

namespace Patchbay.Tools.System.Checks;

/// <summary>Resolves a configured name.</summary>
internal static class DnsProbe
{
    private static readonly Threshold Latency = new(500, 3_000);

    public static async ValueTask<CheckReading> RunAsync(string name, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            var addresses = await Dns.GetHostAddressesAsync(name, cancellationToken).ConfigureAwait(false);
            var latency = time.GetElapsedTime(started).TotalMilliseconds;
            var reading = Readings.Of("Name resolution", latency, "ms", Latency, "The name server is slow or far away: see resolv.conf.", Readings.Evidence(("addresses", addresses.Length)));
            return addresses.Length > 0 ? reading : reading with { Status = CheckStatus.Unhealthy, Message = "The name has no address.", Hint = "Is the name right?" };
        }
        catch (SocketException fault)
        {
            return new CheckReading(CheckStatus.Unhealthy, $"The name does not resolve ({fault.SocketErrorCode}).")
            {
                Observed = time.GetElapsedTime(started).TotalMilliseconds,
                Unit = "ms",
                DegradedAt = Latency.Warning,
                UnhealthyAt = Latency.Critical,
                Hint = "Is the name right, and the name server (resolv.conf) reachable?",
            };
        }
    }
}
