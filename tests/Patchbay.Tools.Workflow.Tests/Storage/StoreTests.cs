using Patchbay.Tools.Workflow.Model;
using Patchbay.Tools.Workflow.Storage;
using Patchbay.Tools.Workflow.Tests.Testing;

namespace Patchbay.Tools.Workflow.Tests.Storage;

/// <summary>What every store does, asked of each.</summary>
public sealed class StoreTests
{
    public static TheoryData<string> Stores => ["memory", "sqlite"];

    [Theory, MemberData(nameof(Stores))]
    public async Task After_an_overflow_what_was_sent_is_held_or_counted_as_evicted(string store)
    {
        using var room = new WorkflowRoom(store, options => options.MaxExecutionsPerWorkflow = 10);
        foreach (var number in Enumerable.Range(0, 25))
        {
            await RecordAsync(room, Tables.Execution($"e{number}", 0, 10, Tables.Step("a", 0, 1), Tables.Step("b", 1, 2)));
            room.Clock.Now += TimeSpan.FromSeconds(1);
        }

        var entry = (await room.Store.FindAsync("w", CancellationToken.None))!;

        Assert.Equal((25, 10, 15, 20), (entry.ExecutionsSeen, entry.ExecutionsKept, entry.Evicted, entry.StepsKept));
        Assert.Equal(Enumerable.Range(15, 10).Select(number => $"e{number}"), (await ReadAsync(room)).Select(execution => execution.Header.ExecutionId));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task The_number_of_steps_is_bounded_too_and_what_was_heard_of_again_stays(string store)
    {
        using var room = new WorkflowRoom(store, options => (options.MaxStepsPerWorkflow, options.MaxStepsPerExecution) = (6, 6));
        foreach (var id in (string[])["a", "b", "c"])
        {
            await RecordAsync(room, Tables.Execution(id, 0, 10, Tables.Step("1", 0, 1), Tables.Step("2", 1, 2)));
            room.Clock.Now += TimeSpan.FromSeconds(1);
        }

        await RecordAsync(room, Tables.Execution("a", 0, 11));
        room.Clock.Now += TimeSpan.FromSeconds(1);
        await RecordAsync(room, Tables.Execution("d", 0, 10, Tables.Step("1", 0, 1)));

        Assert.Equal(["a", "c", "d"], (await ReadAsync(room)).Select(execution => execution.Header.ExecutionId).Order());
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Age_counts_from_receipt_so_that_an_old_log_can_be_imported(string store)
    {
        using var room = new WorkflowRoom(store, options => options.MaxAgeDays = 30);
        await RecordAsync(room, Tables.Execution("old", 1, 2, Tables.Step("a", 1, 2)));

        room.Clock.Now += TimeSpan.FromDays(29);
        Assert.Equal(1, (await room.Store.FindAsync("w", CancellationToken.None))!.ExecutionsKept);
        room.Clock.Now += TimeSpan.FromDays(2);
        var entry = (await room.Store.FindAsync("w", CancellationToken.None))!;

        Assert.Equal((1, 0, 1, 0, null), (entry.ExecutionsSeen, entry.ExecutionsKept, entry.Evicted, entry.StepsKept, entry.Oldest));
        Assert.Null(await room.Store.FindExecutionAsync("old", CancellationToken.None));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task An_execution_that_would_have_too_many_steps_is_refused_whole_and_counted(string store)
    {
        using var room = new WorkflowRoom(store, options => options.MaxStepsPerExecution = 2);
        var allowed = Tables.Execution("e", 0, 10, Tables.Step("1", 0, 1), Tables.Step("2", 1, 2));
        await RecordAsync(room, allowed);

        var again = await RecordAsync(room, allowed);
        var more = await RecordAsync(room, Tables.Execution("e", 0, 10, Tables.Step("3", 2, 3)));

        Assert.Empty(again.Refused);
        Assert.Equal(0, Assert.Single(more.Refused).Index);
        var entry = (await room.Store.FindAsync("w", CancellationToken.None))!;
        Assert.Equal((1, 2, 1), (entry.ExecutionsKept, entry.StepsKept, entry.Rejected));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task There_is_room_for_so_many_workflows(string store)
    {
        using var room = new WorkflowRoom(store, options => options.MaxWorkflows = 2);
        var outcome = await room.Store.RecordAsync([InWorkflow("a"), InWorkflow("b"), InWorkflow("c"), InWorkflow("a")], CancellationToken.None);

        Assert.Equal(2, Assert.Single(outcome.Refused).Index);
        Assert.Equal(["a", "b"], (await room.Store.ListAsync(CancellationToken.None)).Select(entry => entry.WorkflowId));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task Ended_executions_are_selected_by_their_end_and_running_ones_by_overlap(string store)
    {
        using var room = new WorkflowRoom(store);
        await RecordAsync(room, Tables.Execution("before", 0, 99));
        await RecordAsync(room, Tables.Execution("at-from", 0, 100));
        await RecordAsync(room, Tables.Execution("at-to", 150, 200));
        await RecordAsync(room, Tables.Execution("after", 150, 201));
        await RecordAsync(room, Running("runs", 5));
        await RecordAsync(room, Running("runs-later", 201));
        await RecordAsync(room, Running("runs-within", 120));

        var selected = new List<string>();
        await room.Store.ReadAsync("w", new ExecutionQuery(100, 200), execution => selected.Add(execution.Header.ExecutionId), CancellationToken.None);

        Assert.Equal(["at-from", "at-to", "runs", "runs-within"], selected.Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Stores))]
    public async Task A_trace_waits_for_its_root_and_is_moved_when_it_comes_late(string store)
    {
        using var room = new WorkflowRoom(store, options => options.RootPatienceSeconds = 60);
        await RecordAsync(room, Trace("GET /inner", isRoot: false, 20, Tables.Step("s2", 20, 30)));
        Assert.Empty(await room.Store.ListAsync(CancellationToken.None));

        room.Clock.Now += TimeSpan.FromSeconds(61);
        Assert.Equal(["GET /inner"], (await room.Store.ListAsync(CancellationToken.None)).Select(entry => entry.WorkflowId));
        await RecordAsync(room, Trace("POST /outer", isRoot: true, 10, Tables.Step("s1", 10, 40)));

        var entries = await room.Store.ListAsync(CancellationToken.None);
        Assert.Equal([("GET /inner", 0, 0), ("POST /outer", 1, 2)], entries.Select(entry => (entry.WorkflowId, (int)entry.ExecutionsKept, (int)entry.StepsKept)));
        Assert.Equal(0, entries[0].Evicted);
    }

    /// <summary>For any split of a set of reports into batches, in any order, with repetitions, the same is stored.</summary>
    [Theory, MemberData(nameof(Stores))]
    public async Task Order_and_repetition_of_batches_do_not_matter(string store)
    {
        string? first = null;
        for (var seed = 0; seed < (store == "memory" ? 60 : 8); seed++)
        {
            var random = new Random(seed);
            using var room = new WorkflowRoom(store);
            var reports = Reports();
            var sent = reports.Concat(reports.Where(_ => random.Next(2) == 0)).ToArray();
            random.Shuffle(sent);
            foreach (var batch in sent.Chunk(random.Next(1, 40)))
                await room.Store.RecordAsync(batch, CancellationToken.None);

            var stored = (await ReadAsync(room)).OrderBy(execution => execution.Header.ExecutionId, StringComparer.Ordinal).Select(Describe);
            var described = string.Join('\n', stored);
            Assert.Equal(first ??= described, described);
        }
    }

    [Fact]
    public async Task One_step_at_a_time_makes_few_chunks_and_a_repetition_no_more()
    {
        using var room = new WorkflowRoom("memory");
        for (var round = 0; round < 2; round++)
        {
            for (var number = 0; number < 5000; number++)
                await RecordAsync(room, Tables.Execution("e", 0, 10_000, Tables.Step($"{number}", number, number + 1)));
        }

        var stored = (await room.Store.FindExecutionAsync("e", CancellationToken.None))!.Value;

        Assert.InRange(stored.Chunks.Count, 1, 10);
        Assert.InRange(stored.Chunks.Sum(chunk => chunk.Count), 5000, 10_000);
        Assert.Equal(5000, StepDecoder.Decode(stored.Chunks).Count);
    }

    [Fact]
    public async Task Everything_is_there_after_a_restart()
    {
        using var room = new WorkflowRoom("sqlite");
        await RecordAsync(room, Tables.Execution("e", 1, 5, Tables.Step("a", 1, 2, name: "née \u0000 🙂") with
        {
            Attempt = 3,
            DependsOn = ["x", "y"],
            ScheduledAt = -7,
            Worker = "w1",
            ErrorType = "T",
            ErrorMessage = "M",
            Attributes = "{\"k\":1}"u8.ToArray(),
            Kind = "client",
        }));
        var before = Describe((await room.Store.FindExecutionAsync("e", CancellationToken.None))!.Value);

        room.Restart();

        Assert.Equal(before, Describe((await room.Store.FindExecutionAsync("e", CancellationToken.None))!.Value));
        Assert.Contains("née \u0000 🙂", before);
        Assert.Contains("{\"k\":1}", before);
        Assert.Equal(1, (await room.Store.FindAsync("w", CancellationToken.None))!.ExecutionsSeen);
    }

    [Fact]
    public async Task A_batch_that_fails_is_not_stored_in_part()
    {
        using var room = new WorkflowRoom("sqlite");
        var broken = Tables.Execution("broken", 0, 1) with { Header = Tables.Execution("broken", 0, 1).Header with { ExecutionId = null! } };

        await Assert.ThrowsAnyAsync<Exception>(async () => await room.Store.RecordAsync([Tables.Execution("good", 0, 1), broken], CancellationToken.None));
        Assert.Empty(await room.Store.ListAsync(CancellationToken.None));
        await RecordAsync(room, Tables.Execution("good", 0, 1));

        Assert.Equal(1, Assert.Single(await room.Store.ListAsync(CancellationToken.None)).ExecutionsSeen);
    }

    private static async Task<RecordOutcome> RecordAsync(WorkflowRoom room, WorkflowExecution execution) => await room.Store.RecordAsync([execution], CancellationToken.None);

    private static async Task<List<StoredExecution>> ReadAsync(WorkflowRoom room)
    {
        List<StoredExecution> read = [];
        await room.Store.ReadAsync("w", new ExecutionQuery(long.MinValue, long.MaxValue), execution => read.Add(execution with { Chunks = [.. execution.Chunks] }), CancellationToken.None);
        return read;
    }

    private static string Describe(StoredExecution execution)
    {
        var header = execution.Header;
        var steps = StepDecoder.Decode(execution.Chunks).OrderBy(step => step.StepId, StringComparer.Ordinal).ThenBy(step => step.Attempt)
            .Select(step => $"{step.StepId}/{step.Attempt} {step.Name} {step.Status} {step.Kind} {step.ParentStepId} [{string.Join(',', step.DependsOn)}] {step.ScheduledAt} {step.StartedAt} {step.EndedAt} {step.Worker} {step.ErrorType} {step.ErrorMessage} {System.Text.Encoding.UTF8.GetString(step.Attributes.Span)}");
        return $"{header.ExecutionId} {header.Status} {header.StartedAt} {header.EndedAt} {header.Version}: {string.Join("; ", steps)}";
    }

    private static WorkflowExecution InWorkflow(string name) => new()
    {
        Key = WorkflowExecution.KeyOf(name, "e"),
        Header = new ExecutionHeader { WorkflowId = name, ExecutionId = "e", Status = ExecutionStatus.Succeeded, StartedAt = 0, EndedAt = 1 },
    };

    private static WorkflowExecution Running(string id, long start) => new()
    {
        Key = WorkflowExecution.KeyOf("w", id),
        Header = new ExecutionHeader { WorkflowId = "w", ExecutionId = id, Status = ExecutionStatus.Running, StartedAt = start },
    };

    private static WorkflowExecution Trace(string name, bool isRoot, long start, WorkflowStep span) => new()
    {
        Key = "trace",
        Header = new ExecutionHeader
        {
            WorkflowId = name,
            ExecutionId = "trace",
            Status = ExecutionStatus.Succeeded,
            StartedAt = start,
            EndedAt = span.EndedAt,
            Root = new TraceRoot(isRoot, start, span.StepId),
        },
        Steps = [span],
    };

    /// <summary>Three executions told piece by piece: begun, ended, each step scheduled, begun and ended, some in two attempts.</summary>
    private static List<WorkflowExecution> Reports()
    {
        List<WorkflowExecution> reports = [];
        foreach (var id in (string[])["x", "y", "z"])
        {
            reports.Add(Running(id, 10));
            reports.Add(Tables.Execution(id, 10, 500));
            for (var number = 0; number < 40; number++)
            {
                var step = new WorkflowStep { StepId = $"s{number}", Name = $"n{number % 5}", Status = StepStatus.Scheduled, ScheduledAt = 10 + number, Attempt = 1 + (number % 2) };
                reports.Add(Running(id, 10) with { Steps = [step] });
                reports.Add(Running(id, 10) with { Steps = [step with { Status = StepStatus.Running, StartedAt = 20 + number, Worker = "w" }] });
                reports.Add(Running(id, 10) with { Steps = [step with { Status = number % 7 == 0 ? StepStatus.Failed : StepStatus.Succeeded, EndedAt = 30 + number, ErrorType = number % 7 == 0 ? "E" : null }] });
            }
        }

        return reports;
    }
}
