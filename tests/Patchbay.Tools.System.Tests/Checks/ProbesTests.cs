using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.System.Checks;

namespace Patchbay.Tools.System.Tests.Checks;

/// <summary>The active probes, against real sockets and files of this machine.</summary>
public sealed class ProbesTests
{
    private static readonly ManualTime Time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(31, CheckStatus.Degraded)]
    [InlineData(29, CheckStatus.Degraded)]
    [InlineData(6, CheckStatus.Unhealthy)]
    [InlineData(-1, CheckStatus.Unhealthy)]
    public async Task A_certificate_that_expires_is_found_with_the_days_that_are_left(int daysLeft, CheckStatus status)
    {
        using var certificate = Certificate(Time.GetUtcNow().AddDays(daysLeft));
        using var listener = Listen(out var port);
        var served = ServeTlsAsync(listener, certificate);
        var reading = await CertificateProbe.RunAsync($"localhost:{port}", Time, Token);
        await served;

        // With time left it is still signed by nobody this machine trusts.
        Assert.Equal(status, reading.Status);
        Assert.Equal(daysLeft, reading.Observed!.Value, 3);
        Assert.Equal("days", reading.Unit);
        Assert.Equal(30, reading.DegradedAt);
        Assert.Equal(7, reading.UnhealthyAt);
        Assert.NotNull(reading.Hint);
    }

    [Fact]
    public async Task A_port_that_answers_is_healthy_and_one_that_is_closed_is_not()
    {
        int port;
        using (Listen(out port))
            Assert.Equal(CheckStatus.Healthy, (await TcpProbe.RunAsync($"127.0.0.1:{port}", Time, Token)).Status);
        var closed = await TcpProbe.RunAsync($"127.0.0.1:{port}", Time, Token);

        Assert.Equal(CheckStatus.Unhealthy, closed.Status);
        Assert.NotNull(closed.Hint);
        Assert.Equal(CheckStatus.Unhealthy, (await CertificateProbe.RunAsync($"127.0.0.1:{port}", Time, Token)).Status);
        Assert.Equal(CheckStatus.Unhealthy, (await HttpProbe.RunAsync(new Uri($"http://127.0.0.1:{port}/"), Time, Token)).Status);
    }

    [Theory]
    [InlineData(204, CheckStatus.Healthy)]
    [InlineData(302, CheckStatus.Healthy)]
    [InlineData(404, CheckStatus.Degraded)]
    [InlineData(503, CheckStatus.Unhealthy)]
    public async Task A_service_is_judged_by_its_status(int code, CheckStatus status)
    {
        using var listener = Listen(out var port);
        var served = ServeAsync(listener, $"HTTP/1.1 {code} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        var reading = await HttpProbe.RunAsync(new Uri($"http://127.0.0.1:{port}/"), Time, Token);
        await served;

        Assert.Equal(status, reading.Status);
        Assert.Equal(code, reading.Observed);
    }

    [Fact]
    public async Task A_name_that_resolves_is_healthy_and_one_that_cannot_is_not()
    {
        Assert.Equal(CheckStatus.Healthy, (await DnsProbe.RunAsync("localhost", Time, Token)).Status);
        // RFC 2606: never a name.
        Assert.Equal(CheckStatus.Unhealthy, (await DnsProbe.RunAsync("nobody.invalid", Time, Token)).Status);
    }

    [Theory]
    [InlineData("example")]
    [InlineData("example:")]
    [InlineData("example:0")]
    [InlineData("example:65536")]
    [InlineData(":80")]
    public async Task An_address_in_another_form_is_said_to_be_one(string target)
    {
        Assert.Equal(CheckStatus.Unknown, (await TcpProbe.RunAsync(target, Time, Token)).Status);
        Assert.Equal(CheckStatus.Unknown, (await CertificateProbe.RunAsync(target, Time, Token)).Status);
    }

    [Fact]
    public void Reports_name_a_target_by_its_place_in_the_settings_and_say_what_is_not_configured()
    {
        var checks = TargetChecks.All(new SystemOptions { TcpTargets = { "10.0.0.1:5432", "secret.example:1" } }, Time).ToList();
        Assert.Equal(["dns.resolution", "tcp.connect.0", "tcp.connect.1", "tls.certificate", "http.answer"], checks.Select(check => check.Id));
        var dns = ((ILocalCheck)checks[0]).Look();
        Assert.Equal(CheckStatus.Skipped, dns.Status);
        Assert.Contains("Patchbay:System:DnsNames", dns.Message);
    }

    [Fact]
    public async Task Writing_safely_is_measured_in_the_data_directory_and_leaves_nothing_behind()
    {
        var directory = Directory.CreateTempSubdirectory("patchbay-write-");
        var reading = await new WriteLatencyCheck(directory.FullName, TimeProvider.System).RunAsync(Token);

        Assert.Equal(20, reading.Evidence!["writes"]);
        Assert.InRange(reading.Observed!.Value, double.Epsilon, 60_000);
        Assert.Empty(directory.EnumerateFileSystemInfos());
        directory.Delete();
        Assert.Equal(CheckStatus.Skipped, (await new WriteLatencyCheck(directory.FullName, TimeProvider.System).RunAsync(Token)).Status);
    }

    [Fact]
    public async Task A_forced_collection_needs_leave()
    {
        Assert.Equal(CheckStatus.Skipped, (await new ForcedCollectionCheck(isAllowed: false).RunAsync(Token)).Status);
        Assert.InRange((await new ForcedCollectionCheck(isAllowed: true).RunAsync(Token)).Observed!.Value, 0, 100);
    }

    [Fact]
    public async Task The_first_measure_of_the_cpu_is_its_own_baseline()
    {
        var reading = await new CpuSpeedCheck(TimeProvider.System).RunAsync(Token);
        Assert.Equal(CheckStatus.Healthy, reading.Status);
        Assert.Equal(1, reading.Observed);
    }

    private static TcpListener Listen(out int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        port = ((IPEndPoint)listener.LocalEndpoint).Port;
        return listener;
    }

    private static async Task ServeAsync(TcpListener listener, string answer)
    {
        using var client = await listener.AcceptTcpClientAsync(Token);
        var stream = client.GetStream();
        _ = await stream.ReadAsync(new byte[4096], Token);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), Token);
    }

    private static async Task ServeTlsAsync(TcpListener listener, X509Certificate2 certificate)
    {
        using var client = await listener.AcceptTcpClientAsync(Token);
        using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, Token);
    }

    private static X509Certificate2 Certificate(DateTimeOffset notAfter)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var plain = request.CreateSelfSigned(notAfter.AddDays(-400), notAfter);
        return X509CertificateLoader.LoadPkcs12(plain.Export(X509ContentType.Pkcs12), null);
    }
}
