using System.Diagnostics;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Patchbay.Tools.Workflow.Model;
using Patchbay.Tools.Workflow.Storage;

namespace Patchbay.Tools.Workflow.Bench;

/// <summary>The time and memory of one analysis, from the database file to the JSON, by the number of stored steps.</summary>
internal static class AnalyzeBench
{
    private const int StepsPerExecution = 10;

    public static async Task RunAsync()
    {
        Console.WriteLine("| stored steps | milliseconds | CPU milliseconds | CPU microseconds per step | per step and log2 n, relative to 10,000 | peak working set MiB |");
        Console.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: |");
        double? unit = null;
        await WarmUpAsync();
        foreach (var steps in (int[])[10_000, 30_000, 100_000, 300_000, 1_000_000])
        {
            using var room = new BenchRoom();
            await FillAsync(room.Services.GetRequiredService<IWorkflowStore>(), steps);
            GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            ResetPeak();
            var (best, bestCpu) = (double.MaxValue, double.MaxValue);
            // The best is told, because it is the one that was disturbed least.
            for (var round = 0; round < (steps <= 100_000 ? 12 : 3); round++)
            {
                var (wall, cpu) = await AnalyzeAsync(room);
                (best, bestCpu) = (Math.Min(best, wall), Math.Min(bestCpu, cpu));
            }

            var perStep = bestCpu * 1000 / steps;
            var growth = perStep / Math.Log2(steps);
            unit ??= growth;
            Console.WriteLine($"| {steps:N0} | {best:F1} | {bestCpu:F1} | {perStep:F2} | {growth / unit:F2} | {Process.GetCurrentProcess().PeakWorkingSet64 / 1048576.0:F0} |");
        }

        Console.WriteLine();
    }

    /// <summary>Often enough for the compiler to have made its best of the code.</summary>
    private static async Task WarmUpAsync()
    {
        using var room = new BenchRoom();
        await FillAsync(room.Services.GetRequiredService<IWorkflowStore>(), 10_000);
        for (var round = 0; round < 40; round++)
            await AnalyzeAsync(room);
    }

    /// <summary>Linux counts the peak anew when 5 is written here; elsewhere the peak is that of the whole process.</summary>
    private static void ResetPeak()
    {
        if (OperatingSystem.IsLinux())
            File.WriteAllText("/proc/self/clear_refs", "5");
    }

    private static async Task<(double Wall, double Cpu)> AnalyzeAsync(BenchRoom room)
    {
        var tool = room.Services.GetServices<ITool>().Single(tool => tool.Definition.Name == "workflow/analyze");
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        var watch = Stopwatch.StartNew();
        var result = await tool.InvokeAsync("{\"workflow_id\":\"bench\",\"time_range\":\"30d\"}"u8.ToArray(), null!, CancellationToken.None);
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
            result.WriteTo(writer);
        return (watch.Elapsed.TotalMilliseconds, (Process.GetCurrentProcess().TotalProcessorTime - before).TotalMilliseconds);
    }

    private static async Task FillAsync(IWorkflowStore store, int steps)
    {
        var random = new Random(7);
        var end = DateTimeOffset.UtcNow.AddMinutes(-1).ToUnixTimeMilliseconds() * 1_000_000;
        foreach (var batch in Enumerable.Range(0, steps / StepsPerExecution).Chunk(1_000))
            await store.RecordAsync([.. batch.Select(number => Execution(number, end - (number * 1_000_000_000L), random))], CancellationToken.None);
    }

    private static WorkflowExecution Execution(int number, long start, Random random)
    {
        var at = start;
        List<WorkflowStep> steps = [];
        for (var index = 0; index < StepsPerExecution; index++)
        {
            var waiting = random.NextInt64(50_000_000);
            var running = 1_000_000 + random.NextInt64(400_000_000);
            // Sometimes two steps trade places, so that there are variants.
            var name = random.Next(20) == 0 ? (index + 1) % StepsPerExecution : index;
            steps.Add(new WorkflowStep
            {
                StepId = $"step-{index}",
                Name = $"activity {name}",
                Status = random.Next(100) == 0 ? StepStatus.Failed : StepStatus.Succeeded,
                Worker = $"worker-{random.Next(8)}",
                ErrorType = "E",
                ScheduledAt = at,
                StartedAt = at + waiting,
                EndedAt = at + waiting + running,
            });
            at += waiting + running;
        }

        return new WorkflowExecution
        {
            Key = WorkflowExecution.KeyOf("bench", $"run-{number}"),
            Header = new ExecutionHeader { WorkflowId = "bench", ExecutionId = $"run-{number}", Status = random.Next(50) == 0 ? ExecutionStatus.Failed : ExecutionStatus.Succeeded, StartedAt = start, EndedAt = at },
            Steps = steps,
        };
    }
}
