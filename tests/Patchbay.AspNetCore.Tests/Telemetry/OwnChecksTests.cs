using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Patchbay.Server;
using Patchbay.Testing;
using Patchbay.Tools.Diagnostics;

namespace Patchbay.AspNetCore.Tests.Telemetry;

/// <summary>What the server finds out about itself.</summary>
public class OwnChecksTests
{
    [Theory]
    [InlineData(5, CheckStatus.Unhealthy)]
    [InlineData(20, CheckStatus.Degraded)]
    [InlineData(90, CheckStatus.Healthy)]
    public async Task The_servers_own_certificate_is_judged_by_the_days_that_are_left(int days, CheckStatus status)
    {
        using var certificate = Certificate(days);
        await using var server = await SecureAsync(certificate);

        var reading = await RunAsync(server, "server.certificate");

        Assert.Equal(status, reading.Status);
        Assert.InRange(reading.Observed!.Value, days - 0.1, days);
        Assert.Equal(status != CheckStatus.Healthy, reading.Hint is not null);
    }

    [Fact]
    public async Task Without_tls_there_is_no_certificate_to_judge()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(CheckStatus.Skipped, (await RunAsync(server, "server.certificate")).Status);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_server_reaches_itself_and_leaves_nothing_behind(bool isSecure)
    {
        using var certificate = Certificate(90);
        await using var server = isSecure ? await SecureAsync(certificate) : await TestServer.StartAsync();
        var engine = server.Services.GetRequiredService<Engine>();

        var reading = await RunAsync(server, "server.websocket_echo");

        Assert.True(reading.Status is CheckStatus.Healthy or CheckStatus.Degraded, reading.Message);
        Assert.InRange(reading.Observed!.Value, double.Epsilon, Patience.Limit.TotalMilliseconds);
        await Patience.UntilAsync(() => engine.Sessions.Count == 0, "the end of the probe's connection");
        Assert.Equal(0, engine.Violations.Summarize(null).Total);
    }

    [Fact]
    public async Task A_guard_that_lets_nobody_in_is_no_verdict_on_the_server()
    {
        await using var server = await TestServer.StartAsync(null, ("Limits:ConnectionsPerAddress", "1"));
        using var other = await WireClient.ConnectAsync(server);

        var reading = await RunAsync(server, "server.websocket_echo");

        Assert.Equal(CheckStatus.Unknown, reading.Status);
        Assert.Contains("guard", reading.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("sqlite")]
    public async Task The_store_gives_back_what_was_written(string kind)
    {
        await using var server = await TestServer.StartAsync(null, ("Store:Kind", kind));

        for (var i = 0; i < 3; i++)
        {
            var reading = await RunAsync(server, "store.roundtrip");
            Assert.True(reading.Status is CheckStatus.Healthy or CheckStatus.Degraded, reading.Message);
            Assert.True(reading.Observed > 0);
        }

        Assert.Equal(3, server.Services.GetRequiredService<Engine>().Store.Figures.Executions);
    }

    [Fact]
    public async Task An_audit_log_that_cannot_be_written_is_found()
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal(CheckStatus.Healthy, (await RunAsync(server, "audit.writable")).Status);
        var path = Path.Combine(server.Services.GetRequiredService<Engine>().Options.DataDirectory, "audit.jsonl");
        File.Delete(path);
        Directory.CreateDirectory(path);

        var reading = await RunAsync(server, "audit.writable");

        Assert.Equal(CheckStatus.Unhealthy, reading.Status);
        Assert.NotNull(reading.Hint);
    }

    [Fact]
    public async Task A_server_that_is_about_to_stop_says_so()
    {
        await using var server = await TestServer.StartAsync();
        Assert.Equal(CheckStatus.Healthy, (await RunAsync(server, "server.draining")).Status);
        server.Services.GetRequiredService<Engine>().IsDraining = true;

        Assert.Equal(CheckStatus.Degraded, (await RunAsync(server, "server.draining")).Status);
        Assert.Equal(CheckStatus.Skipped, (await RunAsync(server, "server.websocket_echo")).Status);
    }

    [Fact]
    public async Task A_share_of_errors_over_a_handful_of_requests_is_no_figure()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(time);
        using var client = await WireClient.ConnectAsync(server);
        for (var i = 0; i < 19; i++)
            await client.AnswerAsync(await client.CallAsync("debug/fail", """{"message":"x"}"""));
        time.Advance(TimeSpan.FromSeconds(1));
        await Patience.UntilAsync(() => server.Services.GetRequiredService<Engine>().Statistics.Server.Traffic.LastMinute().Requests == 19, "the end of a second");
        Assert.Equal(CheckStatus.Unknown, (await RunAsync(server, "server.error_rate")).Status);

        await client.AskAsync("ping");
        time.Advance(TimeSpan.FromSeconds(1));
        await Patience.UntilAsync(() => server.Services.GetRequiredService<Engine>().Statistics.Server.Traffic.LastMinute().Requests == 20, "the end of a second");

        // 19 of 20.
        var reading = await RunAsync(server, "server.error_rate");
        Assert.Equal((CheckStatus.Unhealthy, 95.0), (reading.Status, Math.Round(reading.Observed!.Value, 6)));
    }

    private static Task<CheckReading> RunAsync(TestServer server, string id) =>
        server.Services.GetServices<IDiagnosticCheck>().Single(check => check.Id == id).RunAsync(TestContext.Current.CancellationToken).AsTask().Bounded();

    private static Task<TestServer> SecureAsync(X509Certificate2 certificate) => TestServer.StartWithAsync(
        builder => builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate))));

    private static X509Certificate2 Certificate(int days)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(days));
    }
}
