using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Patchbay.Tools.Workflow.Tests.Testing;

/// <summary>The running example of process mining (6 cases, 42 events), and the figures pm4py 2.7.11.4 gives for it.</summary>
internal static class RunningExample
{
    public const string Workflow = "running-example";

    public static readonly object Range = new { from = "2010-12-01T00:00:00Z", to = "2011-02-01T00:00:00Z" };

    public static string CsvPath => Path.Combine(AppContext.BaseDirectory, "Data", "running-example.csv");

    public static IReadOnlyList<(string Case, string Activity, string Time, int Cost, string Resource)> Events { get; } =
        [.. File.ReadLines(CsvPath).Skip(1).Select(line => line.Split(',')).Select(cells => (cells[0], cells[1], cells[2], int.Parse(cells[3], CultureInfo.InvariantCulture), cells[4]))];

    public static IReadOnlyList<(string From, string To, int Count, double Mean, double Median, double Min, double Max, double Sum)> Edges { get; } =
    [
        .. File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Data", "running-example-edges.csv")).Skip(1).Select(line => line.Split(','))
            .Select(cells => (cells[0], cells[1], int.Parse(cells[2], CultureInfo.InvariantCulture), Number(cells[3]), Number(cells[4]), Number(cells[5]), Number(cells[6]), Number(cells[7]))),
    ];

    /// <summary>The log as executions with one step to an event, as <c>workflow/record</c> takes it; steps are numbered by the row of the table.</summary>
    public static IReadOnlyList<JsonObject> Executions() =>
    [
        .. Events.Select((row, index) => (row, index)).GroupBy(entry => entry.row.Case).Select(execution => new JsonObject
        {
            ["workflow_id"] = Workflow,
            ["execution_id"] = execution.Key,
            ["status"] = "succeeded",
            ["started_at"] = execution.First().row.Time,
            ["ended_at"] = execution.Last().row.Time,
            ["steps"] = new JsonArray([.. execution.Select(entry => new JsonObject
            {
                ["step_id"] = $"{entry.index + 1}",
                ["name"] = entry.row.Activity,
                ["status"] = "succeeded",
                ["started_at"] = entry.row.Time,
                ["worker"] = entry.row.Resource,
                ["attributes"] = new JsonObject { ["cost"] = entry.row.Cost },
            })]),
        }),
    ];

    /// <summary>Every figure that is published of the log.</summary>
    public static async Task AssertFiguresAsync(WorkflowRoom room)
    {
        var result = await room.AnalyzeAsync(new { workflow_id = Workflow, time_range = Range, top = 100 });
        var durations = result.GetProperty("durations_s");
        Assert.Equal(6, durations.GetProperty("count").GetInt32());
        Close(966890, durations.GetProperty("mean"));
        Close(815940, durations.GetProperty("p50"));
        Close(520920, durations.GetProperty("min"));
        Close(1576440, durations.GetProperty("max"));
        Assert.Equal(376306.848, durations.GetProperty("stdev").GetDouble(), 3);
        Close(123840, result.GetProperty("summary").GetProperty("arrival_interval_s"));
        Assert.Equal(6, result.GetProperty("summary").GetProperty("executions").GetProperty("total").GetInt32());
        Assert.Equal(42, result.GetProperty("coverage").GetProperty("steps_analysed").GetInt32());

        Assert.Equal(6, result.GetProperty("variant_count").GetInt32());
        Assert.All(result.GetProperty("variants").EnumerateArray(), variant => Assert.Equal(1, variant.GetProperty("count").GetInt32()));

        AssertCounts(result.GetProperty("dfg").GetProperty("starts"), ("register request", 6));
        AssertCounts(result.GetProperty("dfg").GetProperty("ends"), ("pay compensation", 3), ("reject request", 3));
        Assert.Equal(36, result.GetProperty("dfg").GetProperty("transitions").GetInt32());
        AssertEdges(result.GetProperty("dfg").GetProperty("edges"));

        var steps = result.GetProperty("steps").EnumerateArray().ToDictionary(step => step.GetProperty("name").GetString()!);
        Assert.Equal(
            new Dictionary<string, int>
            {
                ["check ticket"] = 9,
                ["decide"] = 9,
                ["register request"] = 6,
                ["examine casually"] = 6,
                ["examine thoroughly"] = 3,
                ["reinitiate request"] = 3,
                ["pay compensation"] = 3,
                ["reject request"] = 3,
            },
            steps.ToDictionary(step => step.Key, step => step.Value.GetProperty("count").GetInt32()));
        Assert.Equal(
            new Dictionary<string, int> { ["check ticket"] = 2, ["decide"] = 2, ["examine casually"] = 1, ["reinitiate request"] = 1 },
            steps.Select(step => (step.Key, Count: step.Value.GetProperty("rework_executions").GetInt32())).Where(step => step.Count > 0).ToDictionary(step => step.Key, step => step.Count));
        Assert.Equal(
            new Dictionary<string, int> { ["Sara"] = 12, ["Mike"] = 11, ["Pete"] = 7, ["Ellen"] = 7, ["Sean"] = 3, ["Sue"] = 2 },
            result.GetProperty("workers").EnumerateArray().ToDictionary(worker => worker.GetProperty("worker").GetString()!, worker => worker.GetProperty("steps").GetInt32()));
        var handovers = Events.GroupBy(entry => entry.Case).SelectMany(execution => execution.Zip(execution.Skip(1), (first, second) => (first.Resource, second.Resource))).CountBy(pair => pair);
        Assert.Equal(handovers.ToDictionary(), result.GetProperty("handovers").EnumerateArray().ToDictionary(
            way => (way.GetProperty("from").GetString()!, way.GetProperty("to").GetString()!), way => way.GetProperty("count").GetInt32()));
        await AssertCasesAsync(room);
    }

    private static async Task AssertCasesAsync(WorkflowRoom room)
    {
        double[] seconds = [703320, 779580, 1368780, 520920, 1576440, 852300];
        double[] costs = [950, 950, 1850, 950, 2750, 950];
        for (var index = 0; index < 6; index++)
        {
            var result = await room.AnalyzeAsync(new { workflow_id = $"{index + 1}" });
            Assert.Equal(Workflow, result.GetProperty("workflow_id").GetString());
            Assert.Equal("execution", result.GetProperty("range").GetProperty("selection").GetString());
            Close(seconds[index], result.GetProperty("run").GetProperty("duration_s"));
            Close(costs[index], result.GetProperty("run").GetProperty("totals").GetProperty("cost"));
        }
    }

    private static void AssertEdges(JsonElement edges)
    {
        Assert.Equal(16, edges.GetArrayLength());
        var found = edges.EnumerateArray().ToDictionary(edge => (edge.GetProperty("from").GetString()!, edge.GetProperty("to").GetString()!));
        foreach (var expected in Edges)
        {
            var edge = found[(expected.From, expected.To)];
            Assert.Equal(expected.Count, edge.GetProperty("count").GetInt32());
            Close(expected.Mean, edge.GetProperty("mean_s"));
            Close(expected.Median, edge.GetProperty("median_s"));
            Close(expected.Min, edge.GetProperty("min_s"));
            Close(expected.Max, edge.GetProperty("max_s"));
            Close(expected.Sum, edge.GetProperty("sum_s"));
        }
    }

    private static void AssertCounts(JsonElement counts, params (string Name, int Count)[] expected) =>
        Assert.Equal(expected.ToDictionary(), counts.EnumerateObject().ToDictionary(entry => entry.Name, entry => entry.Value.GetInt32()));

    private static void Close(double expected, JsonElement actual) => Assert.InRange(actual.GetDouble(), expected * (1 - 1e-6), expected * (1 + 1e-6));

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
