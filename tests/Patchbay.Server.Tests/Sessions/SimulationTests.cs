using System.Collections.Concurrent;
using Patchbay.Testing;
using Patchbay.Testing.Simulation;

namespace Patchbay.Server.Tests.Sessions;

/// <summary>
/// Random histories of clients, network, server and disk keep every promise of protocol section 6; and the checks would tell if one did not. A failing
/// history is named by its seed: <c>SimulatedHistory.Play(seed, trace: Console.WriteLine)</c> shows it.
/// </summary>
public sealed class SimulationTests
{
    private static readonly bool IsLong = Environment.GetEnvironmentVariable("PATCHBAY_LONG") == "1";

    [Fact]
    [Requirement("PROTO-6-02", "PROTO-6-27", "PROTO-6-28", "PROTO-6-29", "PROTO-6-30", "PROTO-6-31", "PROTO-6-33")]
    public void Twenty_thousand_random_histories_keep_every_promise()
    {
        var played = new ConcurrentBag<SimulationResult>();
        var faults = new ConcurrentBag<string>();
        Parallel.For(1L, IsLong ? 400_001 : 20_001, seed =>
        {
            try
            {
                played.Add(SimulatedHistory.Play(seed));
            }
            catch (Exception fault)
            {
                faults.Add($"{seed}: {(fault is SimulationException ? fault.Message : fault)}");
            }
        });
        Assert.True(faults.IsEmpty, string.Join('\n', faults.Take(10)));

        // They have been where it matters.
        Assert.True(played.Count >= 20_000);
        Assert.True(played.Sum(history => history.Crashes) > 10_000);
        Assert.True(played.Sum(history => history.Resumes) > 10_000);
        Assert.True(played.Sum(history => history.Runs) > 10_000);
        Assert.True(played.Sum(history => history.Interrupted) > 100);
        Assert.True(played.Sum(history => history.Timeouts) > 2_000);
        Assert.True(played.Sum(history => history.Cancelled) > 1_000);
        Assert.True(played.Sum(history => history.Chunks) > 1_000);
        Assert.True(played.Sum(history => history.Limited) > 5_000);
        Assert.True(played.Sum(history => history.StoreRefusals) > 300);
        foreach (var reason in (string[])["unknown_session", "closed", "expired", "epoch_changed", "gap"])
            Assert.True(played.Sum(history => history.Refusals.GetValueOrDefault(reason)) > 100, reason);
    }

    [Fact]
    public void Equal_seeds_give_equal_histories_to_the_byte()
    {
        var digests = new HashSet<ulong>();
        for (long seed = 1; seed <= 200; seed++)
        {
            var first = SimulatedHistory.Play(seed);
            var second = SimulatedHistory.Play(seed);
            Assert.Equal(first with { Refusals = second.Refusals }, second);
            digests.Add(first.Digest);
        }

        Assert.Equal(200, digests.Count);
    }

    [Theory]
    [InlineData(Flaw.CommitsTooEarly)]
    [InlineData(Flaw.ForgetsCommitted)]
    [InlineData(Flaw.ForgetsExecutions)]
    [InlineData(Flaw.SkipsNumbers)]
    [InlineData(Flaw.RepeatsNumbers)]
    [InlineData(Flaw.KeepsTooMuch)]
    [InlineData(Flaw.LosesWhenFull)]
    [InlineData(Flaw.HearsNoCancel)]
    [InlineData(Flaw.TimesOutEarly)]
    [InlineData(Flaw.TimesOutLate)]
    [InlineData(Flaw.LosesChunks)]
    [InlineData(Flaw.AdmitsOneMore)]
    public void A_fault_built_in_is_found_and_its_seed_shows_it_again(Flaw flaw)
    {
        for (long seed = 1; seed <= 2_000; seed++)
        {
            try
            {
                SimulatedHistory.Play(seed, flaw);
            }
            catch (SimulationException fault)
            {
                Assert.Contains($"Seed {seed},", fault.Message);
                Assert.Equal(fault.Message, Assert.Throws<SimulationException>(() => SimulatedHistory.Play(seed, flaw)).Message);
                return;
            }
        }

        Assert.Fail($"{flaw} was not found.");
    }
}
