using Patchbay.Tools.Workflow.Analysis;
using Patchbay.Tools.Workflow.Model;
using Patchbay.Tools.Workflow.Tests.Testing;

namespace Patchbay.Tools.Workflow.Tests.Analysis;

public sealed class GraphTests
{
    /// <summary>For every log: the counts add up to steps minus executions, the gaps of all edges to the lengths of all executions, and each edge counts what a plain recount counts.</summary>
    [Fact]
    public void Edges_count_each_pair_of_consecutive_steps_once()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var log = RandomLog(new Random(seed));
            using var table = Tables.Of(log);

            var graph = GraphAnalysis.Of(table);

            var filled = log.Where(execution => execution.Steps.Count > 0).ToList();
            Assert.Equal(filled.Sum(execution => execution.Steps.Count) - filled.Count, graph.Transitions);
            Assert.Equal(graph.Transitions, graph.Edges.Sum(edge => edge.Count));
            Assert.Equal(filled.Sum(execution => (execution.Steps.Max(step => step.StartedAt) - execution.Steps.Min(step => step.StartedAt))!.Value / 1e9), graph.Edges.Sum(edge => edge.SumS), 1e-6);
            var expected = filled.SelectMany(execution => Ordered(execution).Zip(Ordered(execution).Skip(1))).GroupBy(pair => (pair.First, pair.Second)).ToDictionary(group => group.Key, group => group.Count());
            Assert.Equal(expected, graph.Edges.ToDictionary(edge => (edge.From, edge.To), edge => edge.Count));
            Assert.Equal(filled.GroupBy(execution => Ordered(execution).First()).ToDictionary(group => group.Key, group => group.Count()), graph.Starts);
            Assert.Equal(filled.GroupBy(execution => Ordered(execution).Last()).ToDictionary(group => group.Key, group => group.Count()), graph.Ends);
        }
    }

    [Fact]
    public void Variants_and_rework_are_those_of_a_plain_recount()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var log = RandomLog(new Random(seed));
            using var table = Tables.Of(log);

            var (variants, count) = VariantAnalysis.Of(table, 1000);
            var figures = StepFigures.Of(table);

            var expected = log.Where(execution => execution.Steps.Count > 0).GroupBy(execution => string.Join('>', Ordered(execution))).ToDictionary(group => group.Key, group => group.Count());
            Assert.Equal(expected, variants.ToDictionary(variant => string.Join('>', variant.Steps), variant => variant.Count));
            Assert.Equal(expected.Count, count);
            for (var name = 0; name < table.Names.Count; name++)
                Assert.Equal(log.Count(execution => execution.Steps.Count(step => step.Name == table.Names[name]) >= 2), figures.Rework[name]);
        }
    }

    [Fact]
    public void Steps_that_were_skipped_or_never_begun_are_in_no_sequence()
    {
        using var table = Tables.Of(Tables.Execution(
            "e", 0, 10, Tables.Step("a", 0, 1), Tables.Step("b", 2, 3, status: StepStatus.Skipped),
            new WorkflowStep { StepId = "c", Name = "c", Status = StepStatus.Queued, ScheduledAt = 4 }, Tables.Step("d", 5, 6)));

        var (variants, _) = VariantAnalysis.Of(table, 10);

        Assert.Equal(["a", "d"], Assert.Single(variants).Steps);
    }

    [Fact]
    public void Names_from_outside_cannot_break_out_of_a_drawing()
    {
        using var table = Tables.Of(Tables.Execution("e", 0, 10, Tables.Step("1", 0, 1, name: "a\"]; click x \\"), Tables.Step("2", 2, 3, name: "<b>")));
        var graph = GraphAnalysis.Of(table);

        Assert.Contains("n1[\"a#34;#93;#59; click x #92;\"]", GraphRenderer.Mermaid(graph));
        Assert.Contains("n2[\"#60;b#62;\"]", GraphRenderer.Mermaid(graph));
        Assert.Contains("n1 [label=\"a\\\"]; click x \\\\\"]", GraphRenderer.Dot(graph));
    }

    private static IEnumerable<string> Ordered(WorkflowExecution execution) => execution.Steps.OrderBy(step => step.StartedAt).Select(step => step.Name);

    private static List<WorkflowExecution> RandomLog(Random random) =>
    [
        .. Enumerable.Range(0, random.Next(1, 12)).Select(number => Tables.Execution($"e{number}", 0, 100_000_000_000,
            [.. Enumerable.Range(0, random.Next(8)).Select(step => (step, at: (step * 10_000_000_000L) + random.Next(1_000_000_000))).OrderBy(_ => random.Next())
                .Select(entry => Tables.Step($"{entry.step}", entry.at, entry.at + 1, name: $"n{random.Next(4)}"))])),
    ];
}
