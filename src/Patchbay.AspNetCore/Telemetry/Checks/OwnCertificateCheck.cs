using System.Globalization;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Patchbay.Tools.Diagnostics;

namespace Patchbay.AspNetCore.Telemetry.Checks;

/// <summary>How long the server's own certificate is still good, as it shows it to clients.</summary>
internal sealed class OwnCertificateCheck(OwnAddresses addresses, TimeProvider time) : IDiagnosticCheck
{
    private const double DegradedDays = 30;
    private const double UnhealthyDays = 7;

    public string Id => "server.certificate";

    public string Component => "network";

    public DiagnosticLevel Level => DiagnosticLevel.Full;

    public async ValueTask<CheckReading> RunAsync(CancellationToken cancellationToken)
    {
        var secure = addresses.All().Where(address => address.Scheme == Uri.UriSchemeHttps).ToList();
        if (secure.Count == 0)
            return CheckReading.Skip("The server speaks plain HTTP; TLS may end in a proxy before it.");
        var ends = new List<DateTime>();
        foreach (var address in secure)
        {
            try
            {
                ends.Add(await EndAsync(address, cancellationToken).ConfigureAwait(false));
            }
            catch (Exception fault) when (fault is AuthenticationException or IOException or SocketException)
            {
                return new CheckReading(CheckStatus.Unhealthy, $"No TLS handshake with port {address.Port} ({fault.GetType().Name}).") { Hint = "See the log: the certificate or its key may be unreadable." };
            }
        }

        return Judge((ends.Min() - time.GetUtcNow().UtcDateTime).TotalDays);
    }

    private static CheckReading Judge(double days)
    {
        var status = days < UnhealthyDays ? CheckStatus.Unhealthy : days < DegradedDays ? CheckStatus.Degraded : CheckStatus.Healthy;
        return new CheckReading(status, string.Create(CultureInfo.InvariantCulture, $"Time until the server's certificate expires: {days:0.#} days."))
        {
            Observed = days,
            Unit = "days",
            DegradedAt = DegradedDays,
            UnhealthyAt = UnhealthyDays,
            Hint = status == CheckStatus.Healthy ? null : "Renew the certificate and restart the server.",
        };
    }

    private static async Task<DateTime> EndAsync(Uri address, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, cancellationToken).ConfigureAwait(false);
        DateTime? end = null;
        using var tls = new SslStream(client.GetStream());
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = address.Host,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            // Nothing is sent over this connection: it is there to look at the certificate, an expired one above all.
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            {
                end = (certificate as X509Certificate2)?.NotAfter.ToUniversalTime();
                return end is not null;
            },
        };
        await tls.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
        return end!.Value;
    }
}
