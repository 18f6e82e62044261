using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.System.Tests.Checks;

namespace Patchbay.Tools.System.Tests;

/// <summary>The tools in a real host, on this very machine.</summary>
public sealed class SystemToolsExtensionsTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_host_that_has_just_started_answers_its_first_call_with_true_rates()
    {
        using var host = Host();
        await host.StartAsync(Token);
        var result = await Tool(host, "system/performance").CallAsync("{}", Token).WaitAsync(Patience, Token);
        await host.StopAsync(Token);

        Assert.Equal(1, result.GetProperty("interval_s").GetDouble());
        Assert.InRange(result.GetProperty("process").GetProperty("rss_bytes").GetInt64(), 1 << 20, 64L << 30);
        foreach (var area in new[] { "cpu", "memory", "disk", "network", "process", "statistics", "history", "findings" })
            Assert.True(result.TryGetProperty(area, out _), area);
        if (!OperatingSystem.IsLinux())
            return;
        Assert.InRange(result.GetProperty("cpu").GetProperty("percent").GetDouble(), 0, 100);
        Assert.InRange(result.GetProperty("memory").GetProperty("percent").GetDouble(), 0, 100);
        Assert.InRange(result.GetProperty("process").GetProperty("cpu_percent").GetDouble(), 0, 100);
        Assert.Contains(result.GetProperty("disk").GetProperty("filesystems").EnumerateArray(), filesystem => filesystem.GetProperty("mount").GetString() == "/");
        Assert.InRange(host.Services.GetRequiredService<IHostFigures>().MemoryPercent!.Value, 0, 100);
    }

    [Fact]
    public async Task A_basic_report_of_this_machine_has_every_component()
    {
        using var host = Host();
        await host.StartAsync(Token);
        var result = await Tool(host, "system/diagnostics").CallAsync("{}", Token).WaitAsync(Patience, Token);
        await host.StopAsync(Token);

        Assert.Equal("basic", result.GetProperty("level").GetString());
        Assert.Equal(["network", "services", "system"], result.GetProperty("checks").EnumerateArray().Select(check => check.GetProperty("component").GetString()!).Distinct().Order());
        foreach (var check in result.GetProperty("checks").EnumerateArray())
        {
            foreach (var field in new[] { "id", "component", "status", "observed", "unit", "threshold", "message", "hint", "duration_ms" })
                Assert.True(check.TryGetProperty(field, out _), field);
            Assert.Equal("basic", check.GetProperty("level").GetString());
        }
    }

    [Fact]
    public async Task A_check_that_another_room_registers_is_part_of_the_report()
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSystemTools();
        builder.Services.AddSingleton<IDiagnosticCheck>(new ScriptedCheck("store.size", "services", DiagnosticLevel.Basic)
        {
            Answer = new CheckReading(CheckStatus.Unhealthy, "Too much.") { Observed = 12, Unit = "bytes", DegradedAt = 5, UnhealthyAt = 10, Hint = "Less." },
        });
        using var host = builder.Build();
        var result = await Tool(host, "system/diagnostics").CallAsync("""{"components":["services"],"level":"full"}""", Token).WaitAsync(Patience, Token);

        var check = result.GetProperty("checks").EnumerateArray().Single(check => check.GetProperty("id").GetString() == "store.size");
        Assert.Equal("unhealthy", check.GetProperty("status").GetString());
        Assert.Equal(12, check.GetProperty("observed").GetDouble());
        Assert.Equal(10, check.GetProperty("threshold").GetDouble());
        Assert.Equal("Less.", check.GetProperty("hint").GetString());
        Assert.Equal("unhealthy", result.GetProperty("status").GetString());
        Assert.Equal("full", result.GetProperty("level").GetString());
    }

    [Fact]
    public void Both_tools_change_nothing_and_may_be_repeated()
    {
        using var host = Host();
        foreach (var tool in host.Services.GetServices<ITool>())
        {
            Assert.True(tool.Definition.Annotations.ReadOnly);
            Assert.True(tool.Definition.Annotations.Idempotent);
            Assert.Null(tool.Definition.Scope);
        }

        Assert.Equal(["system/diagnostics", "system/performance"], host.Services.GetServices<ITool>().Select(tool => tool.Definition.Name).Order());
    }

    [Fact]
    public void The_arguments_schema_says_the_rules_of_the_contract()
    {
        using var host = Host();
        var performance = Tool(host, "system/performance").Definition.InputSchema;
        var properties = performance.GetProperty("properties");
        Assert.False(performance.GetProperty("additionalProperties").GetBoolean());
        Assert.False(performance.TryGetProperty("required", out _));
        Assert.Equal(["cpu", "memory", "disk", "network"], Strings(properties.GetProperty("metrics").GetProperty("items").GetProperty("enum")));
        Assert.Equal("number", properties.GetProperty("interval").GetProperty("type").GetString());
        Assert.Equal(1, properties.GetProperty("interval").GetProperty("minimum").GetDouble());
        Assert.Equal(60, properties.GetProperty("interval").GetProperty("maximum").GetDouble());
        Assert.Equal("integer", properties.GetProperty("history_minutes").GetProperty("type").GetString());
        Assert.Equal(0, properties.GetProperty("history_minutes").GetProperty("minimum").GetDouble());
        Assert.Equal(1440, properties.GetProperty("history_minutes").GetProperty("maximum").GetDouble());

        var diagnostics = Tool(host, "system/diagnostics").Definition.InputSchema;
        Assert.False(diagnostics.GetProperty("additionalProperties").GetBoolean());
        Assert.Equal(["all", "system", "network", "services"], Strings(diagnostics.GetProperty("properties").GetProperty("components").GetProperty("items").GetProperty("enum")));
        Assert.Equal(["basic", "detailed", "full"], Strings(diagnostics.GetProperty("properties").GetProperty("level").GetProperty("enum")));
    }

    [Theory]
    [InlineData("FilesystemTimeoutMs", "49")]
    [InlineData("FilesystemTimeoutMs", "30001")]
    [InlineData("CheckTimeoutMs", "9")]
    [InlineData("NetworkCheckTimeoutMs", "10001")]
    [InlineData("BasicDeadlineMs", "0")]
    [InlineData("DetailedDeadlineMs", "10001")]
    [InlineData("FullDeadlineMs", "10001")]
    [InlineData("ReportMinimumGapMs", "60001")]
    public async Task A_setting_out_of_range_stops_the_start_with_a_line_that_names_it(string setting, string value)
    {
        using var host = Host((setting, value));
        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync(Token));
        Assert.Contains($"Patchbay:System:{setting} must be between", fault.Message);
    }

    [Theory]
    [InlineData("FilesystemTimeoutMs", "50")]
    [InlineData("FilesystemTimeoutMs", "30000")]
    [InlineData("ReportMinimumGapMs", "0")]
    [InlineData("FullDeadlineMs", "10000")]
    public void A_setting_at_the_edge_of_its_range_is_taken(string setting, string value)
    {
        using var host = Host((setting, value));
        var options = host.Services.GetRequiredService<IOptions<SystemOptions>>().Value;
        Assert.Equal(value, typeof(SystemOptions).GetProperty(setting)!.GetValue(options)!.ToString());
    }

    private static IHost Host(params (string Setting, string Value)[] settings)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        foreach (var (setting, value) in settings)
            builder.Configuration["Patchbay:System:" + setting] = value;
        builder.Services.AddSystemTools();
        return builder.Build();
    }

    private static ITool Tool(IHost host, string name) => host.Services.GetServices<ITool>().Single(tool => tool.Definition.Name == name);

    private static IEnumerable<string> Strings(JsonElement array) => array.EnumerateArray().Select(value => value.GetString()!);
}
