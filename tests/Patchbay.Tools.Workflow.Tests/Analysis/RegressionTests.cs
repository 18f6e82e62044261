using Patchbay.Tools.Workflow.Analysis;
using Patchbay.Tools.Workflow.Model;
using Patchbay.Tools.Workflow.Tests.Testing;

namespace Patchbay.Tools.Workflow.Tests.Analysis;

public sealed class RegressionTests
{
    [Fact]
    public void Twenty_percent_more_at_two_hundred_values_is_found()
    {
        using var before = Range(new Random(1), 200, factor: 1);
        using var after = Range(new Random(2), 200, factor: 1.2);

        var (worse, better) = RegressionAnalysis.Of(new RangeFigures(before), new RangeFigures(after));

        Assert.Empty(better);
        Assert.Contains(worse, shift => shift is { Step: null, Metric: "duration_s" });
        var step = Assert.Single(worse, shift => shift.Step == "work");
        Assert.InRange(step.ShiftRatio!.Value, 0.12, 0.28);
        Assert.True(step.QValue < 0.05);
    }

    /// <summary>On two samples of one distribution a regression is told in at most 5 % of the cases.</summary>
    [Fact]
    public void Chance_alone_is_not_told()
    {
        var told = 0;
        for (var seed = 0; seed < 1000; seed++)
        {
            var random = new Random(seed);
            using var before = Range(random, 60, factor: 1);
            using var after = Range(random, 60, factor: 1);
            var (worse, better) = RegressionAnalysis.Of(new RangeFigures(before), new RangeFigures(after));
            told += worse.Count + better.Count > 0 ? 1 : 0;
        }

        Assert.InRange(told, 0, 50);
    }

    [Fact]
    public void More_failures_are_found_with_their_interval()
    {
        using var before = Range(new Random(1), 200, factor: 1, failures: 10);
        using var after = Range(new Random(2), 200, factor: 1, failures: 60);

        var (worse, _) = RegressionAnalysis.Of(new RangeFigures(before), new RangeFigures(after));

        var rate = Assert.Single(worse, shift => shift is { Step: null, Metric: "failure_rate" });
        Assert.Equal(0.05, rate.Before, 1e-12);
        Assert.Equal(0.3, rate.After, 1e-12);
        Assert.True(rate.Low > 0 && rate.Low < 0.25 && rate.High > 0.25);
    }

    [Fact]
    public void With_too_few_values_nothing_is_told()
    {
        using var before = Range(new Random(1), 19, factor: 1);
        using var after = Range(new Random(2), 200, factor: 10);

        var (worse, better) = RegressionAnalysis.Of(new RangeFigures(before), new RangeFigures(after));

        Assert.Empty(worse);
        Assert.Empty(better);
    }

    [Fact]
    public void One_far_value_is_an_anomaly_and_constant_data_has_none()
    {
        var normal = Enumerable.Range(0, 30).Select(number => Tables.Execution($"e{number}", 0, 1_000_000_000 + (number * 1_000_000))).ToList();
        using var withFar = Tables.Of([.. normal, Tables.Execution("far", 0, 9_000_000_000)]);
        using var constant = Tables.Of([.. Enumerable.Range(0, 30).Select(number => Tables.Execution($"e{number}", 0, 1_000_000_000)), Tables.Execution("near", 0, 1_000_000_001)]);

        var (anomalies, count) = Anomalies(withFar);

        Assert.Equal(1, count);
        Assert.Equal("far", Assert.Single(anomalies).ExecutionId);
        Assert.Equal(0, Anomalies(constant).Count);
    }

    private static (IReadOnlyList<Workflow.Reports.AnomalyReport> Farthest, int Count) Anomalies(WorkflowTable table)
    {
        var figures = new RangeFigures(table);
        return AnomalyAnalysis.Of(table, figures.Durations, figures.Steps);
    }

    /// <summary>Durations as they are in life: many near the middle, some far above (log-normal, about 25 % spread).</summary>
    private static WorkflowTable Range(Random random, int count, double factor, int failures = 0) => Tables.Of([.. Enumerable.Range(0, count).Select(number =>
    {
        var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        var length = (long)(1e9 * factor * Math.Exp(0.25 * normal));
        var execution = Tables.Execution($"e{number}", 0, length, Tables.Step("work", 0, length));
        return number < failures ? execution with { Header = execution.Header with { Status = ExecutionStatus.Failed } } : execution;
    })]);
}
