using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.System.Performance;

namespace Patchbay.Tools.System.Checks;

/// <summary>Asks a configured URL and reads the head of the answer.</summary>
internal static class HttpProbe
{
    private static readonly Threshold Status = new(400, 500);

    // One client for all, and connections that live no longer than a name server's answer may be believed.
    private static readonly HttpClient Client = new(new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(1) });

    public static async ValueTask<CheckReading> RunAsync(Uri target, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        try
        {
            using var response = await Client.GetAsync(target, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
            return Readings.Of("HTTP status", (int)response.StatusCode, "status", Status, "See the log of the service behind the URL.",
                Readings.Evidence(("latency_ms", time.GetElapsedTime(started).TotalMilliseconds)));
        }
        catch (HttpRequestException fault)
        {
            return new CheckReading(CheckStatus.Unhealthy, $"No answer ({fault.HttpRequestError}).")
            {
                Unit = "status",
                DegradedAt = Status.Warning,
                UnhealthyAt = Status.Critical,
                Hint = "Does the service run, and does a firewall stand between?",
            };
        }
    }
}
