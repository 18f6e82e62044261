using System.Diagnostics;
using System.Runtime.CompilerServices;
using Patchbay.Server.Telemetry;
using Patchbay.Testing;

namespace Patchbay.AspNetCore.Tests.Telemetry;

/// <summary>What an execution takes, with known work.</summary>
public class ExecutionMeterTests
{
    private const int Block = 100_000;

    // Tasks and execution contexts of a handful of awaits, and what the test itself needs; far less than a block.
    private const int Slack = 20_000;

    private static readonly TimeSpan Slice = TimeSpan.FromMilliseconds(20);

    [Fact]
    public async Task Allocations_are_counted_in_every_stretch_of_the_work_and_in_what_it_starts()
    {
        var cost = await MeasureAsync(async () =>
        {
            Allocate();
            await Task.Yield();
            Allocate();
            await Task.Run(Allocate);
            await Task.WhenAll(Task.Run(Allocate), Task.Run(Allocate)).ConfigureAwait(false);
            Allocate();
        });

        Assert.InRange(cost.Bytes, 6 * Block, (6 * Block) + Slack);
    }

    [Fact]
    public async Task Cpu_time_is_counted_in_every_stretch_and_waiting_is_not()
    {
        Assert.SkipUnless(ThreadClock.IsSupported, "this system does not tell a thread's CPU time");
        var cost = await MeasureAsync(async () =>
        {
            Spin();
            await Task.Delay(TimeSpan.FromMilliseconds(60));
            Spin();
            await Task.Run(Spin);
        });

        Assert.InRange(cost.CpuNanoseconds / 1e6, 3 * Slice.TotalMilliseconds, (3 * Slice.TotalMilliseconds) + 20);
    }

    [Fact]
    public async Task The_work_of_others_on_the_same_threads_is_not_counted()
    {
        using var stop = new CancellationTokenSource();
        // Made outside the measured context, and busy on the same pool all the while.
        var others = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                Allocate();
                await Task.Yield();
            }
        })).ToArray();
        var cost = await MeasureAsync(async () =>
        {
            for (var i = 0; i < 10; i++)
            {
                Allocate();
                await Task.Yield();
            }
        });
        await stop.CancelAsync();
        await Task.WhenAll(others);

        Assert.InRange(cost.Bytes, 10 * Block, (10 * Block) + Slack);
    }

    [Fact]
    public async Task Two_executions_at_once_are_told_apart()
    {
        var costs = await Task.WhenAll(new[] { 3, 30 }.Select(count => Task.Run(() => MeasureAsync(async () =>
        {
            for (var i = 0; i < count; i++)
            {
                Allocate();
                await Task.Yield();
            }
        }))));

        Assert.InRange(costs[0].Bytes, 3 * Block, (3 * Block) + Slack);
        Assert.InRange(costs[1].Bytes, 30 * Block, (30 * Block) + Slack);
    }

    [Fact]
    public async Task What_begins_after_the_end_is_not_counted()
    {
        var go = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task? after = null;
        var cost = await MeasureAsync(() =>
        {
            after = Task.Run(async () =>
            {
                await go.Task;
                Allocate();
            });
            return Task.CompletedTask;
        });
        go.SetResult();
        await after!.Bounded();

        Assert.InRange(cost.Bytes, 0, Slack);
    }

    [Fact]
    public async Task A_first_stretch_that_is_laid_down_after_the_end_is_counted_whole()
    {
        using var ended = new ManualResetEventSlim();
        var cost = new TaskCompletionSource<ExecutionCost>(TaskCreationOptions.RunContinuationsAsynchronously);
        var measured = Task.Run(async () =>
        {
            var meter = ExecutionMeter.Begin();
            Allocate();
            await new HandOver(() =>
            {
                // The second stretch has come to its end, and the first is still at work.
                ended.Wait(Patience.Limit);
                Allocate();
            });
            Allocate();
            meter.End(cost.SetResult);
            ended.Set();
        });
        await measured.Bounded();

        Assert.InRange((await cost.Task.Bounded()).Bytes, 3 * Block, (3 * Block) + Slack);
    }

    [Fact]
    public void The_thread_clock_agrees_with_the_wall_when_nothing_else_runs_and_never_passes_it()
    {
        Assert.SkipUnless(ThreadClock.IsSupported, "this system does not tell a thread's CPU time");
        var wall = Stopwatch.GetTimestamp();
        var before = ThreadClock.Read();
        while (ThreadClock.Read() - before < Slice.TotalNanoseconds)
        {
        }

        Assert.True(Stopwatch.GetElapsedTime(wall) >= Slice);
    }

    private static async Task<ExecutionCost> MeasureAsync(Func<Task> work)
    {
        var cost = new TaskCompletionSource<ExecutionCost>(TaskCreationOptions.RunContinuationsAsynchronously);
        await Run();
        return await cost.Task.Bounded();

        async Task Run()
        {
            var meter = ExecutionMeter.Begin();
            await work();
            meter.End(cost.SetResult);
        }
    }

    private static void Allocate() => GC.KeepAlive(new byte[Block]);

    // So long on a CPU, however long that takes on the wall.
    private static void Spin()
    {
        var before = ThreadClock.Read();
        while (ThreadClock.Read() - before < Slice.TotalNanoseconds)
        {
        }
    }

    // Goes on elsewhere at once, and does something more where it was.
    private sealed class HandOver(Action here) : INotifyCompletion
    {
        public bool IsCompleted => false;

        public HandOver GetAwaiter() => this;

        public void OnCompleted(Action continuation)
        {
            _ = Task.Run(continuation);
            here();
        }

        public void GetResult()
        {
        }
    }
}
