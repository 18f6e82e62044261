using Patchbay.Tools.Workflow.Model;
using Patchbay.Tools.Workflow.Tests.Testing;

namespace Patchbay.Tools.Workflow.Tests.Analysis;

public sealed class CriticalPathTests
{
    [Fact]
    public void Children_back_to_back_are_all_on_the_path()
    {
        var path = Tables.Path(Tables.Execution("e", 0, 30, Tables.Step("a", 0, 10), Tables.Step("b", 10, 20), Tables.Step("c", 20, 30)));

        Assert.Equal([("a", 10), ("b", 10), ("c", 10)], path);
    }

    [Fact]
    public void Of_children_that_overlap_the_last_to_end_counts()
    {
        var path = Tables.Path(Tables.Execution("e", 0, 100, Tables.Step("first", 10, 50), Tables.Step("covered", 20, 70), Tables.Step("last", 60, 90)));

        // From 100 back: own time to 90, last to 60; covered ends inside last, first ends before it.
        Assert.Equal([("*", 10), ("first", 40), ("*", 10), ("last", 30), ("*", 10)], path);
    }

    [Fact]
    public void Of_children_that_end_together_the_later_to_start_counts_first()
    {
        var path = Tables.Path(Tables.Execution("e", 0, 10, Tables.Step("long", 0, 10), Tables.Step("short", 6, 10)));

        Assert.Equal([("*", 6), ("short", 4)], path);
    }

    [Fact]
    public void Time_zero_is_a_time_like_any_other()
    {
        var path = Tables.Path(Tables.Execution("e", 0, 5, Tables.Step("a", 0, 0), Tables.Step("b", 0, 5)));

        Assert.Equal([("b", 5)], path);
    }

    [Fact]
    public void Nested_steps_share_the_time_of_their_parent()
    {
        var path = Tables.Path(Tables.Execution("e", 0, 10, Tables.Step("outer", 1, 9), Tables.Step("inner", 3, 6, parent: "outer")));

        Assert.Equal([("*", 1), ("outer", 2), ("inner", 3), ("outer", 3), ("*", 1)], path);
    }

    [Fact]
    public void A_child_is_clipped_to_its_parent_and_one_wholly_outside_is_left_out()
    {
        var path = Tables.Path(Tables.Execution("e", 0, 10, Tables.Step("p", 2, 6), Tables.Step("long", 4, 9, parent: "p"), Tables.Step("outside", 7, 9, parent: "p")));

        Assert.Equal([("*", 2), ("p", 2), ("long", 2), ("*", 4)], path);
    }

    [Fact]
    public void A_consumer_of_what_its_parent_produced_does_not_block_it()
    {
        var path = Tables.Path(Tables.Execution(
            "e", 0, 10, Tables.Step("send", 1, 4, kind: "producer"), Tables.Step("receive", 2, 4, parent: "send", kind: "consumer")));

        Assert.Equal([("*", 1), ("send", 3), ("*", 6)], path);
    }

    [Fact]
    public void A_tolerance_lets_children_whose_clocks_disagree_follow_each_other()
    {
        var execution = Tables.Execution("e", 0, 1000, Tables.Step("a", 0, 505), Tables.Step("b", 500, 1000));

        Assert.Equal([("*", 500), ("b", 500)], Tables.Path(execution));
        Assert.Equal([("a", 500), ("b", 500)], Tables.Path(execution, tolerancePercent: 1));
    }

    [Fact]
    public void Parents_in_a_circle_are_cut_and_the_path_still_adds_up()
    {
        var path = Tables.Path(Tables.Execution(
            "e", 0, 10, Tables.Step("a", 0, 10, parent: "c"), Tables.Step("b", 1, 9, parent: "a"), Tables.Step("c", 2, 8, parent: "b"), Tables.Step("self", 3, 4, parent: "self")));

        Assert.Equal(10, path.Sum(section => section.Length));
        Assert.Contains(path, section => section.Step == "a");
    }

    [Fact]
    public void Depth_is_not_bounded_by_the_stack()
    {
        const int Depth = 100_000;
        var steps = Enumerable.Range(0, Depth).Select(level => Tables.Step($"{level}", level, (2 * Depth) - level, parent: level == 0 ? null : $"{level - 1}")).ToList();

        Assert.Equal(2 * Depth, Tables.Path(Tables.Execution("e", 0, 2 * Depth, steps)).Sum(section => section.Length));
    }

    /// <summary>For every tree the sections divide the interval of the execution, and they are those of the definition written down as it stands.</summary>
    [Fact]
    public void Sections_add_up_to_the_duration_and_are_those_of_the_definition()
    {
        for (var seed = 0; seed < 5000; seed++)
        {
            var execution = RandomTree(new Random(seed));

            var path = Tables.Path(execution);

            Assert.Equal(execution.Header.EndedAt - execution.Header.StartedAt, path.Sum(section => section.Length));
            var expected = Definition(execution);
            Assert.Equal(expected, path.GroupBy(section => section.Step).ToDictionary(group => group.Key, group => group.Sum(section => section.Length)));
        }
    }

    /// <summary>Small numbers, so that equal ends, zero lengths, overlaps and children outside their parent are frequent.</summary>
    private static WorkflowExecution RandomTree(Random random)
    {
        var count = random.Next(12);
        List<WorkflowStep> steps = [];
        for (var index = 0; index < count; index++)
        {
            var start = random.Next(-2, 20);
            var parent = random.Next(6) switch { 0 => null, 1 => "nobody", _ => index == 0 ? null : $"s{random.Next(index)}" };
            steps.Add(Tables.Step($"s{index}", start, start + random.Next(8), parent));
        }

        return Tables.Execution("e", 0, random.Next(1, 25), steps);
    }

    /// <summary>The recursive definition, with lists and without any care for speed.</summary>
    private static Dictionary<string, long> Definition(WorkflowExecution execution)
    {
        Dictionary<string, long> sections = [];
        void Walk(string? node, long low, long high, long start, long end)
        {
            var t = high;
            var children = execution.Steps.Where(step => ParentOf(step) == node)
                .Where(step => step.EndedAt >= start && step.StartedAt <= end)
                .Select(step => (step.StepId, Start: Math.Max(step.StartedAt!.Value, start), End: Math.Min(step.EndedAt!.Value, end)))
                // Those equal in both are in the order of the table: time, then id.
                .OrderByDescending(child => child.End).ThenByDescending(child => child.Start)
                .ThenBy(child => execution.Steps.Single(step => step.StepId == child.StepId).StartedAt).ThenBy(child => child.StepId.Length).ThenBy(child => child.StepId, StringComparer.Ordinal);
            foreach (var child in children)
            {
                if (child.End > t)
                    continue;
                Add(node, t - child.End);
                Walk(child.StepId, child.Start, child.End, child.Start, child.End);
                t = child.Start;
            }

            Add(node, t - low);
        }

        void Add(string? node, long length)
        {
            if (length > 0)
                sections[node ?? "*"] = sections.GetValueOrDefault(node ?? "*") + length;
        }

        string? ParentOf(WorkflowStep step) => execution.Steps.Any(other => other.StepId == step.ParentStepId) ? step.ParentStepId : null;

        Walk(null, execution.Header.StartedAt, execution.Header.EndedAt!.Value, execution.Header.StartedAt, execution.Header.EndedAt.Value);
        return sections;
    }
}
