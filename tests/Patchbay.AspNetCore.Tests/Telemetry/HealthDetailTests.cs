using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Patchbay.Server.Guard.Keys;
using Patchbay.Testing;
using Patchbay.Tools.Diagnostics;

namespace Patchbay.AspNetCore.Tests.Telemetry;

/// <summary><c>GET /health/detail</c>: the checks as health+json (draft-inadarei-api-health-check-06).</summary>
public class HealthDetailTests
{
    [Theory]
    [InlineData(CheckStatus.Healthy, "pass", HttpStatusCode.OK)]
    [InlineData(CheckStatus.Degraded, "warn", HttpStatusCode.OK)]
    [InlineData(CheckStatus.Unhealthy, "fail", HttpStatusCode.ServiceUnavailable)]
    public async Task The_status_is_told_in_the_drafts_words_and_by_the_code(CheckStatus status, string word, HttpStatusCode code)
    {
        await using var server = await StartAsync(new Reporter(new HealthReport(status, [])));
        using var http = server.Http();

        using var response = await http.GetAsync("/health/detail").Bounded();

        Assert.Equal(code, response.StatusCode);
        Assert.Equal("application/health+json", response.Content.Headers.ContentType?.MediaType);
        Assert.True(response.Headers.CacheControl?.NoStore);
        var body = await JsonAsync(response);
        Assert.Equal(["checks", "releaseId", "serviceId", "status", "version"], body.Select(member => member.Key).Order());
        Assert.Equal(word, (string?)body["status"]);
    }

    [Fact]
    public async Task Each_check_stands_under_component_and_measurement()
    {
        await using var server = await StartAsync(new Reporter(new HealthReport(CheckStatus.Unhealthy,
        [
            new HealthEntry("disk.space", "system", CheckStatus.Unhealthy, 3.5, "percent", "Nearly full.", "Remove something."),
            new HealthEntry("dns.resolution", "network", CheckStatus.Skipped, null, null, "Nothing is configured.", null),
            new HealthEntry("store.queue", "services", CheckStatus.Healthy, 0, "percent", "Empty.", null),
        ])));
        using var http = server.Http();

        using var response = await http.GetAsync("/health/detail").Bounded();
        var checks = (await JsonAsync(response))["checks"]!.AsObject();

        var disk = Only(checks, "disk:space");
        Assert.Equal(("disk.space", "system", 3.5, "percent", "fail", "Nearly full. Remove something."), (
            (string?)disk["componentId"], (string?)disk["componentType"], (double)disk["observedValue"]!, (string?)disk["observedUnit"], (string?)disk["status"], (string?)disk["output"]));
        Assert.True(DateTimeOffset.TryParse((string?)disk["time"], out _));
        var dns = Only(checks, "dns:resolution");
        Assert.False(dns.ContainsKey("status"));
        Assert.Equal("Nothing is configured.", (string?)dns["output"]);
        var store = Only(checks, "store:queue");
        Assert.Equal(("component", "pass"), ((string?)store["componentType"], (string?)store["status"]));
        // The draft: output is left out of what passes.
        Assert.False(store.ContainsKey("output"));
    }

    [Theory]
    [InlineData("", DiagnosticLevel.Basic)]
    [InlineData("?level=basic", DiagnosticLevel.Basic)]
    [InlineData("?level=detailed", DiagnosticLevel.Detailed)]
    [InlineData("?level=full", DiagnosticLevel.Full)]
    public async Task The_level_is_the_one_that_was_asked_for(string query, DiagnosticLevel level)
    {
        var reporter = new Reporter(new HealthReport(CheckStatus.Healthy, []));
        await using var server = await StartAsync(reporter);
        using var http = server.Http();

        using var response = await http.GetAsync("/health/detail" + query).Bounded();

        Assert.Equal(level, reporter.Asked);
    }

    [Fact]
    public async Task Another_level_is_an_error_and_nothing_is_checked()
    {
        var reporter = new Reporter(new HealthReport(CheckStatus.Healthy, []));
        await using var server = await StartAsync(reporter);
        using var http = server.Http();

        using var response = await http.GetAsync("/health/detail?level=deepest").Bounded();

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("INVALID_PARAMS", (string?)(await JsonAsync(response))["error_code"]);
        Assert.Null(reporter.Asked);
    }

    [Fact]
    public async Task It_takes_a_key_with_the_scope()
    {
        var reporter = new Reporter(new HealthReport(CheckStatus.Healthy, []));
        await using var server = await StartAsync(reporter);
        var made = await server.Services.GetRequiredService<KeyCommands>().CreateAsync(new KeyRequest("plain"), CancellationToken.None);
        // The clock stands still: nobody else asks the store.
        await server.Services.GetRequiredService<KeyRing>().RefreshAsync(CancellationToken.None);
        using var nobody = server.Http(null);
        using var plain = server.Http(made.Text);

        using var without = await nobody.GetAsync("/health/detail").Bounded();
        using var lacking = await plain.GetAsync("/health/detail").Bounded();

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Forbidden), (without.StatusCode, lacking.StatusCode));
        Assert.Null(reporter.Asked);
    }

    private static Task<TestServer> StartAsync(Reporter reporter) => TestServer.StartWithAsync(builder =>
    {
        builder.Services.AddSingleton<TimeProvider>(new ManualTime());
        builder.Services.AddSingleton<IHealthReporter>(reporter);
    });

    private static JsonObject Only(JsonObject checks, string key) => Assert.Single(checks[key]!.AsArray())!.AsObject();

    private static async Task<JsonObject> JsonAsync(HttpResponseMessage response) => JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject();

    private sealed class Reporter(HealthReport report) : IHealthReporter
    {
        public DiagnosticLevel? Asked { get; private set; }

        public Task<HealthReport> ReportAsync(DiagnosticLevel level, CancellationToken cancellationToken)
        {
            Asked = level;
            return Task.FromResult(report);
        }
    }
}
