using System.Text.Json.Nodes;
using Patchbay.EndToEnd.Tests.Servers;

namespace Patchbay.EndToEnd.Tests.Telemetry;

/// <summary>A server whose penalties are on and whose limit can be reached.</summary>
public sealed class WatchedServer : ServerFixture
{
    private const int Limit = 40;

    private readonly Lock _lock = new();
    private Task? _happened;

    protected override (string Name, string Value)[] Settings =>
        [("RateLimit__MessagesPerMinute", $"{Limit}"), ("RateLimit__Penalties", "true")];

    /// <summary>The page of metrics.</summary>
    internal async Task<string> PageAsync()
    {
        using var http = new HttpClient { BaseAddress = Server.Url };
        return await http.GetStringAsync("/metrics").Bounded();
    }

    /// <summary>Lets happen once what there are metrics for.</summary>
    internal Task EverythingHappensAsync()
    {
        lock (_lock)
            return _happened ??= MakeAllHappenAsync();
    }

    // A call that works and one that does not, a resume, an end, an invalid message, and more than the limit allows.
    private async Task MakeAllHappenAsync()
    {
        var (lost, welcome) = await Server.OpenWithWelcomeAsync(Server.Keys.PlainKey);
        var hello = (await lost.AskAsync("session/hello", """{"client":{"name":"tests","version":"1"},"resumable":true}"""))["result"]!;
        await lost.CallAsync("debug/echo", """{"a":1}""");
        await lost.CallAsync("debug/fail", """{"message":"x"}""");
        lost.Reset();
        lost.Dispose();
        using (var next = await Server.OpenAsync(Server.Keys.PlainKey))
        {
            var resume = new JsonObject
            {
                ["session_id"] = (string?)welcome["data"]!["session_id"],
                ["resume_token"] = (string?)hello["resume_token"],
                ["epoch"] = (long)hello["epoch"]!,
                ["last_seq"] = 3,
            };
            Assert.True((bool)(await next.AskAsync("session/resume", resume.ToJsonString()))["result"]!["resumed"]!);
            await next.SendTextAsync("no message");
            await next.ReadMessageAsync();
            await next.SendCloseAsync(1000);
            await next.ReadToEndAsync();
        }

        using var eager = await Server.OpenAsync(TestServer.Key);
        JsonObject answer;
        do
            answer = await eager.AskAsync("ping");
        while (answer.ErrorCode() is null);
        Assert.Equal("RATE_LIMIT_EXCEEDED", answer.ErrorCode());
        // Its end is counted when the server has seen it.
        var page = "";
        for (var i = 0; i < 1_000 && !page.Contains("mcp_server_session_duration_seconds_count", StringComparison.Ordinal); i++)
            page = await PageAsync();
    }
}

/// <summary>What Prometheus, its checker and the files for operators make of the metrics.</summary>
public sealed class PrometheusTests(WatchedServer fixture) : IClassFixture<WatchedServer>
{
    [Fact]
    public async Task A_real_Prometheus_scrapes_the_server_and_its_figures_are_right()
    {
        OutsideTool.Need("prometheus", "prometheus");
        await fixture.EverythingHappensAsync();
        await using var prometheus = await PrometheusServer.StartAsync(fixture.Server.Url);

        await prometheus.BecomesAsync("up", "1");
        await prometheus.BecomesAsync("""sum(patchbay_tool_calls_total{gen_ai_tool_name="debug/echo"})""", Called("debug/echo"));
        await prometheus.BecomesAsync("""sum(mcp_server_operation_duration_seconds_count{gen_ai_tool_name="debug/echo"})""", Called("debug/echo"));
        foreach (var expression in MonitoringFiles.DashboardExpressions().Concat(MonitoringFiles.RuleExpressions()))
            Assert.True((await prometheus.QueryAsync(expression)).Status == "success", expression);
        var (_, latency) = await prometheus.QueryAsync("histogram_quantile(0.95, sum by (le) (mcp_server_operation_duration_seconds_bucket))");
        Assert.InRange(double.Parse((string)latency[0]!["value"]![1]!, System.Globalization.CultureInfo.InvariantCulture), 0, 10);
    }

    [Fact]
    public async Task Promtool_has_nothing_against_the_metrics()
    {
        OutsideTool.Need("promtool", "prometheus");
        await fixture.EverythingHappensAsync();

        var (exitCode, output) = await OutsideTool.RunAsync("promtool", ["check", "metrics"], await fixture.PageAsync());

        Assert.True(exitCode == 0, output);
        Assert.Equal("", output);
    }

    [Fact]
    public async Task Promtool_has_nothing_against_the_rules_and_the_configuration()
    {
        OutsideTool.Need("promtool", "prometheus");
        foreach (var arguments in new[] { new[] { "check", "rules", MonitoringFiles.AlertRules }, ["check", "config", Repository.At("deploy", "prometheus", "prometheus.yml")] })
        {
            var (exitCode, output) = await OutsideTool.RunAsync("promtool", arguments);
            Assert.True(exitCode == 0, output);
        }
    }

    [Fact]
    public async Task Every_metric_of_the_dashboard_and_the_rules_is_one_the_server_has()
    {
        await fixture.EverythingHappensAsync();
        var asked = MonitoringFiles.DashboardExpressions().Concat(MonitoringFiles.RuleExpressions()).SelectMany(MonitoringFiles.Metrics).ToHashSet();
        Assert.True(asked.Count > 40, $"{asked.Count} names were found in the files");

        // Rates of the machine need two samples.
        var missing = asked.ToHashSet();
        var started = TimeProvider.System.GetTimestamp();
        while (missing.Count > 0 && TimeProvider.System.GetElapsedTime(started) < TimeSpan.FromSeconds(10))
            missing = [.. asked.Except((await fixture.PageAsync()).Split('\n').Where(line => !line.StartsWith('#')).Select(line => line.Split('{', ' ')[0]))];

        // Pressure and descriptors are Linux's to tell, and not every kernel does.
        missing.RemoveWhere(name => name == "patchbay_system_pressure_ratio" && !Directory.Exists("/proc/pressure"));
        Assert.Empty(missing);
    }

    private string Called(string tool) => fixture.PageAsync().Result.Split('\n').First(line => line.StartsWith($"patchbay_tool_calls_total{{gen_ai_tool_name=\"{tool}\"}}", StringComparison.Ordinal)).Split(' ')[^1];
}
