using Microsoft.Extensions.Options;
using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.System.Checks;

namespace Patchbay.Tools.System.Tests.Checks;

public sealed class DiagnosticRunnerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(DiagnosticLevel.Basic, 100)]
    [InlineData(DiagnosticLevel.Detailed, 2_000)]
    [InlineData(DiagnosticLevel.Full, 2_000)]
    public async Task A_check_that_hangs_is_unknown_when_its_time_or_that_of_the_report_is_over(DiagnosticLevel level, int afterMs)
    {
        using var bench = new Bench();
        var hanging = new ScriptedCheck("hang.forever");
        var well = new ScriptedCheck("well.off") { Answer = new CheckReading(CheckStatus.Healthy, "Well.") };
        var runner = bench.Runner(hanging, well);
        var run = runner.RunAsync(null, level, Token);
        await hanging.Started.WaitAsync(Patience, Token);

        bench.Machine.Time.Advance(TimeSpan.FromMilliseconds(afterMs - 1));
        Assert.False(run.IsCompleted);
        bench.Machine.Time.Advance(TimeSpan.FromMilliseconds(1));
        var result = await run.WaitAsync(Patience, Token);

        Assert.Equal(CheckStatus.Unknown, result.Checks.Single(check => check.Id == "hang.forever").Status);
        Assert.Equal(CheckStatus.Healthy, result.Checks.Single(check => check.Id == "well.off").Status);
        Assert.Contains("hang.forever", result.NotChecked);
        Assert.Equal(OverallStatus.Degraded, result.Status);
        hanging.Release();
    }

    [Fact]
    public async Task A_check_that_blocks_its_thread_and_ignores_its_token_does_not_delay_the_report()
    {
        using var bench = new Bench();
        using var never = new ManualResetEventSlim();
        var blocking = new ScriptedCheck("block.thread") { Block = never };
        var run = bench.Runner(blocking).RunAsync(null, DiagnosticLevel.Basic, Token);
        await blocking.Started.WaitAsync(Patience, Token);
        bench.Machine.Time.Advance(TimeSpan.FromMilliseconds(100));

        var result = await run.WaitAsync(Patience, Token);
        Assert.Equal(CheckStatus.Unknown, result.Checks.Single(check => check.Id == "block.thread").Status);
        never.Set();
    }

    [Fact]
    public async Task A_check_that_hangs_is_not_started_again_until_it_has_ended()
    {
        using var bench = new Bench();
        var hanging = new ScriptedCheck("hang.forever");
        var runner = bench.Runner(hanging);
        for (var i = 0; i < 3; i++)
        {
            var run = runner.RunAsync(null, DiagnosticLevel.Full, Token);
            await hanging.Started.WaitAsync(Patience, Token);
            bench.Machine.Time.Advance(TimeSpan.FromSeconds(2));
            var result = await run.WaitAsync(Patience, Token);
            Assert.Equal(CheckStatus.Unknown, result.Checks.Single(check => check.Id == "hang.forever").Status);
        }

        Assert.Equal(1, hanging.Runs);
        hanging.Release();
    }

    [Fact]
    public async Task A_check_that_throws_is_unknown_and_the_others_stand()
    {
        using var bench = new Bench();
        var result = await bench.Runner(
            new ScriptedCheck("throws") { Fault = new InvalidOperationException("secret") },
            new ScriptedCheck("well.off") { Answer = new CheckReading(CheckStatus.Healthy, "Well.") }).RunAsync(null, DiagnosticLevel.Full, Token).WaitAsync(Patience, Token);

        var thrown = result.Checks.Single(check => check.Id == "throws");
        Assert.Equal(CheckStatus.Unknown, thrown.Status);
        Assert.DoesNotContain("secret", thrown.Message);
        Assert.Equal(CheckStatus.Healthy, result.Checks.Single(check => check.Id == "well.off").Status);
        Assert.Equal(OverallStatus.Degraded, result.Status);
    }

    [Fact]
    public async Task Fifty_identical_questions_at_once_are_one_run()
    {
        using var bench = new Bench();
        var check = new ScriptedCheck("counted");
        var runner = bench.Runner(check);
        var askers = Enumerable.Range(0, 50).Select(_ => runner.RunAsync(null, DiagnosticLevel.Full, Token)).ToList();
        await check.Started.WaitAsync(Patience, Token);
        check.Release();
        var results = await Task.WhenAll(askers).WaitAsync(Patience, Token);

        Assert.Equal(1, check.Runs);
        Assert.All(results, result => Assert.Same(results[0].Checks, result.Checks));
    }

    [Fact]
    public async Task A_question_asked_again_at_once_gets_the_same_report_with_its_age_and_later_a_new_one()
    {
        using var bench = new Bench();
        var check = new ScriptedCheck("counted") { Answer = new CheckReading(CheckStatus.Healthy, "Well.") };
        var runner = bench.Runner(check);
        var first = await runner.RunAsync(null, DiagnosticLevel.Full, Token);
        bench.Machine.Time.Advance(TimeSpan.FromMilliseconds(999));
        var second = await runner.RunAsync(null, DiagnosticLevel.Full, Token);
        bench.Machine.Time.Advance(TimeSpan.FromMilliseconds(1));
        var third = await runner.RunAsync(null, DiagnosticLevel.Full, Token);

        Assert.False(first.Cached);
        Assert.True(second.Cached);
        Assert.Equal(0.999, second.AgeS, 6);
        Assert.False(third.Cached);
        Assert.Equal(2, check.Runs);
    }

    [Fact]
    public async Task Who_gives_up_waiting_does_not_end_the_run_of_the_others()
    {
        using var bench = new Bench();
        var check = new ScriptedCheck("counted") { Answer = null };
        var runner = bench.Runner(check);
        using var impatient = new CancellationTokenSource();
        var leaves = runner.RunAsync(null, DiagnosticLevel.Full, impatient.Token);
        var stays = runner.RunAsync(null, DiagnosticLevel.Full, Token);
        await check.Started.WaitAsync(Patience, Token);
        await impatient.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaves);
        check.Release();
        Assert.Equal(CheckStatus.Healthy, (await stays.WaitAsync(Patience, Token)).Checks.Single(result => result.Id == "counted").Status);
    }

    [Theory]
    [InlineData(new[] { CheckStatus.Healthy, CheckStatus.Healthy }, "Healthy")]
    [InlineData(new[] { CheckStatus.Healthy, CheckStatus.Degraded }, "Degraded")]
    [InlineData(new[] { CheckStatus.Unhealthy, CheckStatus.Degraded }, "Unhealthy")]
    [InlineData(new[] { CheckStatus.Healthy, CheckStatus.Skipped }, "Healthy")]
    [InlineData(new[] { CheckStatus.Healthy, CheckStatus.Unknown }, "Healthy")]
    [InlineData(new[] { CheckStatus.Unhealthy, CheckStatus.Unknown, CheckStatus.Skipped }, "Unhealthy")]
    public void The_worst_status_wins_and_what_has_none_takes_no_part(CheckStatus[] statuses, string overall)
    {
        var outcomes = statuses.Select((status, i) => new CheckOutcome(new ScriptedCheck($"check.{i}"), new CheckReading(status, "."), TimeSpan.Zero, Failed: false)).ToList();
        var result = DiagnosticsResult.Of(DiagnosticLevel.Basic, outcomes, TimeSpan.Zero);

        Assert.Equal(overall, result.Status.ToString());
        Assert.Equal(statuses.Count(status => status is CheckStatus.Unknown or CheckStatus.Skipped), result.NotChecked.Count);
    }

    [Fact]
    public async Task Only_the_components_and_levels_asked_for_run()
    {
        using var bench = new Bench();
        var runner = bench.Runner(
            Well("a", "services", DiagnosticLevel.Basic), Well("b", "services", DiagnosticLevel.Detailed),
            Well("c", "network", DiagnosticLevel.Basic), Well("d", "services", DiagnosticLevel.Full));
        var result = await runner.RunAsync(new HashSet<string> { "services" }, DiagnosticLevel.Detailed, Token).WaitAsync(Patience, Token);

        Assert.Equal(["a", "b"], result.Checks.Select(check => check.Id));
    }

    [Fact]
    public async Task At_most_eight_checks_run_at_once()
    {
        using var bench = new Bench();
        var checks = Enumerable.Range(0, 12).Select(i => new ScriptedCheck($"check.{i:00}") { Answer = null }).ToArray();
        var run = bench.Runner(checks).RunAsync(new HashSet<string> { "services" }, DiagnosticLevel.Full, Token);
        // Eight are let in; the ninth starts only when one of them has ended.
        await Task.WhenAll(checks[..8].Select(check => check.Started)).WaitAsync(Patience, Token);
        Assert.All(checks[8..], check => Assert.Equal(0, check.Runs));
        foreach (var check in checks)
            check.Release();
        await run.WaitAsync(Patience, Token);
        Assert.All(checks, check => Assert.Equal(1, check.Runs));
    }

    private static ScriptedCheck Well(string id, string component, DiagnosticLevel level) =>
        new(id, component, level) { Answer = new CheckReading(CheckStatus.Healthy, "Well.") };

    private sealed class Bench : IDisposable
    {
        public FakeMachine Machine { get; } = new();

        public DiagnosticRunner Runner(params IDiagnosticCheck[] checks)
        {
            // Only the checks given: the machine's own are tested elsewhere.
            return new DiagnosticRunner(new BuiltInChecks([]), checks, Options.Create(new SystemOptions()), Machine.Time);
        }

        public void Dispose() => Machine.Dispose();
    }
}
