using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.System.Checks;

namespace Patchbay.Tools.System.Tests.Checks;

/// <summary>Tests that take every thread of the pool run alone.</summary>
[CollectionDefinition(nameof(WholePool), DisableParallelization = true)]
public sealed class WholePool;

/// <summary>Whether a starved thread pool is found.</summary>
[Collection(nameof(WholePool))]
public sealed class ThreadPoolWatchTests
{
    private readonly ManualTime _time = new();
    private readonly Queue<Action> _pool = new();

    [Theory]
    [InlineData(99, CheckStatus.Healthy)]
    [InlineData(100, CheckStatus.Degraded)]
    [InlineData(1_000, CheckStatus.Unhealthy)]
    public void An_item_that_still_waits_counts_with_the_time_it_has_waited(int milliseconds, CheckStatus status)
    {
        using var watch = new ThreadPoolWatch(_pool.Enqueue, _time);
        Assert.Equal(CheckStatus.Unknown, watch.Read().Status);
        watch.Look();
        _time.Advance(TimeSpan.FromMilliseconds(milliseconds));

        var reading = watch.Read();

        Assert.Equal((status, (double)milliseconds), (reading.Status, reading.Observed));
        Assert.Equal(status != CheckStatus.Healthy, reading.Hint is not null);
    }

    [Fact]
    public void A_delay_is_remembered_for_ten_looks_and_one_item_waits_at_a_time()
    {
        using var watch = new ThreadPoolWatch(_pool.Enqueue, _time);
        watch.Look();
        _time.Advance(TimeSpan.FromMilliseconds(700));
        watch.Look();
        Assert.Single(_pool);
        _pool.Dequeue()();

        for (var i = 0; i < 9; i++)
        {
            watch.Look();
            _pool.Dequeue()();
            Assert.Equal(TimeSpan.FromMilliseconds(700), watch.Delay);
        }

        watch.Look();
        _pool.Dequeue()();
        Assert.Equal(TimeSpan.Zero, watch.Delay);
    }

    [Fact]
    public void A_starved_pool_is_told_once_and_so_is_its_end()
    {
        var told = new Heard();
        using var watch = new ThreadPoolWatch(_pool.Enqueue, _time, told);
        watch.Look();
        _time.Advance(TimeSpan.FromMilliseconds(999));
        watch.Look();
        Assert.Empty(told.Levels);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        watch.Look();
        watch.Look();
        Assert.Equal([Protocol.Envelope.DiagnosticLevel.Critical], told.Levels);

        // The last slow look is forgotten after ten.
        for (var i = 0; i < 12; i++)
        {
            _pool.Dequeue()();
            watch.Look();
        }

        Assert.Equal([Protocol.Envelope.DiagnosticLevel.Critical, Protocol.Envelope.DiagnosticLevel.Info], told.Levels);
    }

    private sealed class Heard : IDiagnosticChannel
    {
        public List<Protocol.Envelope.DiagnosticLevel> Levels { get; } = [];

        public void Tell(Protocol.Envelope.DiagnosticLevel level, string component, string message, JsonObject? details = null)
        {
            Assert.Equal("thread_pool", component);
            Levels.Add(level);
        }
    }

    [Fact]
    public async Task A_pool_whose_threads_are_all_blocked_is_found_by_the_report()
    {
        using var watch = new ThreadPoolWatch(TimeProvider.System);
        await watch.StartAsync(TestContext.Current.CancellationToken);
        using var machine = new FakeMachine().Load("first");
        using var faults = new UnobservedFaults();
        var options = new SystemOptions { ProcRoot = machine.Proc, RootFs = machine.Root, ProbeDirectory = machine.Root };
        var runner = new DiagnosticRunner(BuiltInChecks.Of(machine.Sampler, faults, watch, options, TimeProvider.System), [], Options.Create(options), TimeProvider.System);
        using var release = new ManualResetEventSlim();
        // More than the pool has or makes in the time this takes, in the queue of all threads: a new thread takes from there first.
        var blocked = Enumerable.Range(0, ThreadPool.ThreadCount + 64)
            .Select(_ => Task.Factory.StartNew(release.Wait, CancellationToken.None, TaskCreationOptions.PreferFairness, TaskScheduler.Default)).ToList();

        // Asked for from a thread of its own, as whoever is in the pool waits with the others.
        var found = await Task.Factory.StartNew(
            () =>
            {
                SpinWait.SpinUntil(() => watch.Delay >= TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
                release.Set();
                return runner.RunAsync(null, DiagnosticLevel.Detailed, CancellationToken.None).GetAwaiter().GetResult();
            },
            TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await Task.WhenAll(blocked);

        var check = found.Checks.Single(check => check.Id == "runtime.threadpool_delay");
        Assert.True(check.Status == CheckStatus.Unhealthy, $"{check.Status} {check.Message} {found.DurationMs}");
        Assert.True(check.Observed >= 1_000);
        Assert.Equal(OverallStatus.Unhealthy, found.Status);
        Assert.NotNull(check.Hint);
        await watch.StopAsync(TestContext.Current.CancellationToken);
    }
}
