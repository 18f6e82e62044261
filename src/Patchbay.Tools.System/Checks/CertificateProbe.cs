using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.System.Performance;

namespace Patchbay.Tools.System.Checks;

/// <summary>How long the certificate of a configured address is still good.</summary>
internal static class CertificateProbe
{
    private static readonly Threshold DaysLeft = new(30, 7);

    public static ValueTask<CheckReading> RunAsync(string target, TimeProvider time, CancellationToken cancellationToken) =>
        TcpProbe.ConnectAsync(target, time, (client, host) => LookAsync(client, host, time, cancellationToken), cancellationToken);

    private static async ValueTask<CheckReading> LookAsync(TcpClient client, string host, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return await HandshakeAsync(client, host, time, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is AuthenticationException or IOException)
        {
            return new CheckReading(CheckStatus.Unhealthy, "The TLS handshake failed.") { Hint = "Does the address speak TLS, in a version and with a cipher this machine accepts?" };
        }
    }

    private static async Task<CheckReading> HandshakeAsync(TcpClient client, string host, TimeProvider time, CancellationToken cancellationToken)
    {
        DateTime? notAfter = null;
        var faults = SslPolicyErrors.None;
        using var tls = new SslStream(client.GetStream());
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
            // Nothing is sent over this connection: it is there to look at the certificate, an expired one above all.
            RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
            {
                faults = errors;
                notAfter = certificate is X509Certificate2 x509 ? x509.NotAfter.ToUniversalTime() : null;
                return certificate is not null;
            },
        };
        await tls.AuthenticateAsClientAsync(options, cancellationToken).ConfigureAwait(false);
        if (notAfter is not { } end)
            return CheckReading.NotKnown("No certificate was shown.");
        var reading = Readings.Of("Time until the certificate expires", (end - time.GetUtcNow().UtcDateTime).TotalDays, "days", DaysLeft, "Renew the certificate.");
        return reading.Status == CheckStatus.Healthy && faults != SslPolicyErrors.None
            ? reading with { Status = CheckStatus.Degraded, Message = $"The certificate is not trusted here ({faults}).", Hint = "Install the issuer, or use a certificate for this name." }
            : reading;
    }
}
