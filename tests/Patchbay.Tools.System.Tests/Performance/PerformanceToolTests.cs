using System.Text.Json;
using Patchbay.Protocol.Errors;
using Patchbay.Tools.System.Performance;

namespace Patchbay.Tools.System.Tests.Performance;

public sealed class PerformanceToolTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_result_has_the_fields_of_the_contract()
    {
        using var machine = Recorded();
        var result = await Tool(machine).CallAsync("{}", Token);

        AssertFields(result, "sampled_at", "interval_s", "scope", "cpu", "memory", "disk", "network", "process", "statistics", "history", "findings");
        AssertFields(result.GetProperty("cpu"), "percent", "user", "system", "nice", "iowait", "irq", "softirq", "steal", "per_cpu", "cores", "load_average", "pressure");
        AssertFields(result.GetProperty("memory"), "total_bytes", "available_bytes", "used_bytes", "percent", "swap_total_bytes", "swap_used_bytes", "pressure");
        AssertFields(result.GetProperty("disk"), "read_bytes_per_s", "write_bytes_per_s", "read_iops", "write_iops", "busy_percent", "devices", "filesystems");
        AssertFields(result.GetProperty("network"), "received_bytes_per_s", "sent_bytes_per_s", "errors_per_s", "drops_per_s", "interfaces");
        AssertFields(result.GetProperty("process"), "cpu_percent", "rss_bytes", "gc_heap_bytes", "threads", "file_descriptors");
        AssertFields(result.GetProperty("statistics").GetProperty("cpu.percent"), "min", "mean", "p50", "p95", "max", "stdev", "trend_per_minute");
        AssertFields(result.GetProperty("history"), "t0", "step_s", "series");
        AssertFields(result.GetProperty("history").GetProperty("series"), "cpu.percent", "memory.percent", "disk.read_bytes_per_s", "network.received_bytes_per_s");
        Assert.Equal("host", result.GetProperty("scope").GetString());
        Assert.EndsWith("Z", result.GetProperty("sampled_at").GetString());
        Assert.EndsWith("Z", result.GetProperty("history").GetProperty("t0").GetString());
        Assert.Equal(3, result.GetProperty("cpu").GetProperty("load_average").GetArrayLength());
    }

    [Theory]
    [InlineData("cpu")]
    [InlineData("memory")]
    [InlineData("disk")]
    [InlineData("network")]
    public async Task Only_the_metrics_asked_for_appear(string metric)
    {
        using var machine = Recorded();
        var result = await Tool(machine).CallAsync($$"""{"metrics":["{{metric}}"]}""", Token);

        var areas = new[] { "cpu", "memory", "disk", "network" };
        Assert.Equal([metric], areas.Where(area => result.TryGetProperty(area, out _)));
        Assert.All(result.GetProperty("history").GetProperty("series").EnumerateObject(), series => Assert.StartsWith(metric + ".", series.Name));
        Assert.All(result.GetProperty("statistics").EnumerateObject(), series => Assert.StartsWith(metric + ".", series.Name));
        Assert.NotEmpty(result.GetProperty("statistics").EnumerateObject());
        Assert.Equal([metric], result.GetProperty("verdicts").EnumerateObject().Select(verdict => verdict.Name));
    }

    [Fact]
    public async Task What_is_not_known_is_null_and_never_zero()
    {
        using var machine = new FakeMachine();
        machine.Sample();
        machine.Sample();
        var result = await Tool(machine).CallAsync("{}", Token);

        foreach (var field in new[] { "percent", "user", "system", "nice", "iowait", "irq", "softirq", "steal", "cores" })
            Assert.Equal(JsonValueKind.Null, result.GetProperty("cpu").GetProperty(field).ValueKind);
        foreach (var field in new[] { "total_bytes", "available_bytes", "used_bytes", "percent", "swap_total_bytes", "swap_used_bytes" })
            Assert.Equal(JsonValueKind.Null, result.GetProperty("memory").GetProperty(field).ValueKind);
        foreach (var field in new[] { "read_bytes_per_s", "write_bytes_per_s", "read_iops", "write_iops", "busy_percent" })
            Assert.Equal(JsonValueKind.Null, result.GetProperty("disk").GetProperty(field).ValueKind);
        foreach (var field in new[] { "received_bytes_per_s", "sent_bytes_per_s", "errors_per_s", "drops_per_s" })
            Assert.Equal(JsonValueKind.Null, result.GetProperty("network").GetProperty(field).ValueKind);
        Assert.Equal(JsonValueKind.Null, result.GetProperty("process").GetProperty("rss_bytes").ValueKind);
        Assert.All(result.GetProperty("history").GetProperty("series").GetProperty("cpu.percent").EnumerateArray(), value => Assert.Equal(JsonValueKind.Null, value.ValueKind));
    }

    [Fact]
    public async Task No_history_asked_for_is_none_given()
    {
        using var machine = Recorded();
        var result = await Tool(machine).CallAsync("""{"history_minutes":0}""", Token);

        Assert.Empty(result.GetProperty("history").GetProperty("series").EnumerateObject());
        Assert.Empty(result.GetProperty("statistics").EnumerateObject());
    }

    [Fact]
    public async Task A_long_history_keeps_within_the_points_asked_for_and_shows_its_spike_in_max()
    {
        using var machine = new FakeMachine();
        for (var second = 0; second < 2_000; second++)
        {
            machine.Write("proc/meminfo", $"MemTotal: 1000 kB\nMemFree: 0 kB\nMemAvailable: {(second == 700 ? 10 : 600)} kB\n");
            machine.Sample();
        }

        var history = (await Tool(machine).CallAsync("""{"metrics":["memory"],"history_minutes":60,"max_points":50}""", Token)).GetProperty("history");
        // 2,000 s at 10 s a bucket are 200 buckets: four of them make a point.
        Assert.Equal(40, history.GetProperty("step_s").GetInt32());
        Assert.Equal(50, history.GetProperty("series").GetProperty("memory.percent").GetArrayLength());
        Assert.Equal(99, history.GetProperty("max").GetProperty("memory.percent").EnumerateArray().Max(value => value.GetDouble()));
        Assert.InRange(history.GetProperty("series").GetProperty("memory.percent").EnumerateArray().Max(value => value.GetDouble()), 40, 45);
        Assert.Equal(40, history.GetProperty("min").GetProperty("memory.percent").EnumerateArray().Min(value => value.GetDouble()));
        // 2,000 seconds at 40: the newest point begins 39 s before the newest sample.
        Assert.Equal(machine.Sampler.SampledAt.UtcDateTime.AddSeconds(-1_999), history.GetProperty("t0").GetDateTime());
    }

    [Fact]
    public async Task A_fresh_server_waits_for_its_second_sample_and_no_longer()
    {
        using var machine = new FakeMachine().Load("first");
        machine.Sample();
        var tool = Tool(machine);
        var answered = tool.CallAsync("{}", Token);
        Assert.False(answered.IsCompleted);
        machine.Load("second");
        machine.Sample();
        Assert.Equal(50, (await answered.WaitAsync(Patience, Token)).GetProperty("cpu").GetProperty("percent").GetDouble(), 9);
    }

    [Fact]
    public async Task A_fresh_server_whose_second_sample_does_not_come_answers_without_rates()
    {
        using var machine = new FakeMachine().Load("first");
        machine.Sample();
        var answered = Tool(machine).CallAsync("{}", Token);
        Assert.False(answered.IsCompleted);
        machine.Time.Advance(TimeSpan.FromMilliseconds(1_500));

        var result = await answered.WaitAsync(Patience, Token);
        Assert.Equal(JsonValueKind.Null, result.GetProperty("cpu").GetProperty("percent").ValueKind);
        Assert.Equal(JsonValueKind.Null, result.GetProperty("measured_s").ValueKind);
        Assert.True(result.GetProperty("coverage").GetProperty("first_sample").GetBoolean());
    }

    [Fact]
    public async Task A_server_with_samples_answers_at_once_whatever_the_interval()
    {
        using var machine = Recorded();
        var answered = Tool(machine).CallAsync("""{"interval":60}""", Token);

        Assert.True(answered.IsCompletedSuccessfully);
        Assert.Equal(60, (await answered).GetProperty("interval_s").GetDouble());
    }

    [Theory]
    [InlineData("""{"interval":"1"}""")]
    [InlineData("""{"history_minutes":2.5}""")]
    [InlineData("""{"metrics":["gpu"]}""")]
    [InlineData("""{"metrics":null}""")]
    [InlineData("""{"Interval":1}""")]
    [InlineData("""{"surprise":1}""")]
    public async Task Arguments_of_another_form_are_refused_also_behind_the_schema(string arguments)
    {
        using var machine = Recorded();
        Assert.Equal(ErrorCodes.InvalidParams, (await Tool(machine).FailAsync(arguments, Token))?.Code);
    }

    [Fact]
    public void Resources_that_are_short_are_told_with_evidence_and_a_way_out()
    {
        using var machine = new FakeMachine();
        machine.Write("proc/stat", "cpu  0 0 0 0 0 0 0 0\ncpu0 0 0 0 0 0 0 0 0\n").Write("proc/meminfo", "MemTotal: 1000 kB\nMemFree: 1 kB\nMemAvailable: 40 kB\n");
        machine.Sample();
        machine.Write("proc/stat", "cpu  90 0 0 10 0 0 0 0\ncpu0 90 0 0 10 0 0 0 0\n");
        machine.Sample();
        var result = machine.Report();

        Assert.Equal([FindingSeverity.Critical, FindingSeverity.Warning], result.Findings.Select(finding => finding.Severity));
        Assert.Equal(40 * 1024.0, result.Findings[0].Evidence["memory.available_bytes"]);
        Assert.Equal(90.0, result.Findings[1].Evidence["cpu.percent"]);
        Assert.All(result.Findings, finding => Assert.NotNull(finding.Hint));
        Assert.Equal(Verdict.Warning, result.Verdicts["cpu"].Utilization);
        Assert.Equal(Verdict.Critical, result.Verdicts["memory"].Utilization);
        Assert.Equal(Verdict.Unknown, result.Verdicts["network"].Utilization);
    }

    [Fact]
    public async Task A_result_fits_the_schema_that_announces_it()
    {
        using var machine = Recorded();
        var tool = Tool(machine);
        var result = await tool.CallAsync("{}", Token);
        var schema = tool.Definition.OutputSchema!.Value;

        Assert.Empty(Missing(schema, result, "$"));
    }

    // Required members that are not there, and members the schema does not know.
    private static IEnumerable<string> Missing(JsonElement schema, JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.Array && schema.TryGetProperty("items", out var items))
            return value.EnumerateArray().SelectMany((item, i) => Missing(items, item, $"{path}[{i}]"));
        if (value.ValueKind != JsonValueKind.Object || !schema.TryGetProperty("properties", out var properties))
            return [];
        var required = schema.TryGetProperty("required", out var names) ? names.EnumerateArray().Select(name => name.GetString()!) : [];
        return required.Where(name => !value.TryGetProperty(name, out _)).Select(name => $"{path}.{name} is missing")
            .Concat(value.EnumerateObject().SelectMany(member => properties.TryGetProperty(member.Name, out var inner)
                ? Missing(inner, member.Value, $"{path}.{member.Name}")
                : [$"{path}.{member.Name} is not announced"]));
    }

    private static ITool Tool(FakeMachine machine) => new PerformanceTool(machine.Sampler, new PerformanceReporter(machine.Sampler), machine.Time);

    private static FakeMachine Recorded()
    {
        var machine = new FakeMachine().Load("first");
        machine.Sample();
        machine.Load("second");
        machine.Sample();
        return machine;
    }

    private static void AssertFields(JsonElement value, params string[] fields) =>
        Assert.All(fields, field => Assert.True(value.TryGetProperty(field, out _), field));
}
