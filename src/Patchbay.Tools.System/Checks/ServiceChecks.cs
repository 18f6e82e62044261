using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.System.Performance;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Checks;

/// <summary>Whether the sampler lives, and whether the clock was set while it looked.</summary>
internal static class ServiceChecks
{
    private static readonly Threshold Age = new(3, 15);
    private static readonly Threshold Step = new(2, 3600);

    // A clock that was set an hour ago is no news.
    private static readonly TimeSpan StepIsNews = TimeSpan.FromMinutes(10);

    public static IEnumerable<IDiagnosticCheck> All(Sampler sampler, TimeProvider time) =>
    [
        new LocalCheck("sampler.age", Components.Services, DiagnosticLevel.Basic, () => SamplerAge(sampler)),
        new LocalCheck("clock.step", Components.System, DiagnosticLevel.Basic, () => ClockStep(sampler, time)),
    ];

    private static CheckReading SamplerAge(Sampler sampler)
    {
        if (sampler.Age is not { } age)
            return CheckReading.NotKnown("The sampler has not begun yet.");
        lock (sampler.Gate)
        {
            return Readings.Of("Age of the newest sample", age.TotalSeconds, "s", Age,
                "The process does not get to sample: its CPUs are busy, or its thread pool is starved (level detailed tells).",
                Readings.Evidence(("samples", sampler.Samples), ("gaps", sampler.Gaps)));
        }
    }

    private static CheckReading ClockStep(Sampler sampler, TimeProvider time)
    {
        lock (sampler.Gate)
        {
            var isNews = sampler.ClockStepAt != 0 && time.GetElapsedTime(sampler.ClockStepAt) < StepIsNews;
            return Readings.Of("Greatest recent jump of the wall clock", isNews ? sampler.ClockStep.Duration().TotalSeconds : 0, "s", Step,
                "The clock was set, or the machine slept: look at time synchronisation.");
        }
    }
}
