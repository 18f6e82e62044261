using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.System.Linux;
using Patchbay.Tools.System.Performance;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Checks;

/// <summary>Whether the clock can be believed.</summary>
internal static class ClockChecks
{
    private static readonly Threshold Step = new(2, 3600);
    private static readonly Threshold Error = new(1, 16);

    // A clock that was set long ago is no news.
    private static readonly TimeSpan StepIsNews = TimeSpan.FromMinutes(10);

    public static IEnumerable<IDiagnosticCheck> All(Sampler sampler, TimeProvider time) =>
    [
        new LocalCheck("clock.step", Components.System, DiagnosticLevel.Basic, () => Jump(sampler, time)),
        new ProbeCheck("clock.synchronized", Components.System, DiagnosticLevel.Detailed, _ => new(Synchronized())),
    ];

    private static CheckReading Jump(Sampler sampler, TimeProvider time)
    {
        lock (sampler.Gate)
        {
            var isNews = sampler.ClockStepAt != 0 && time.GetElapsedTime(sampler.ClockStepAt) < StepIsNews;
            return Readings.Of("Greatest recent jump of the wall clock", isNews ? sampler.ClockStep.Duration().TotalSeconds : 0, "s", Step,
                "The clock was set, or the machine slept: look at time synchronisation.");
        }
    }

    private static CheckReading Synchronized()
    {
        if (!OperatingSystem.IsLinux() || KernelClock.Ask() is not { } clock)
            return CheckReading.Skip("This system does not tell whether its clock is synchronised.");
        var verdict = clock.IsSynchronized ? Error.Judge(clock.MaxErrorSeconds) : Verdict.Warning;
        var reading = Readings.OfVerdict(verdict, "Greatest possible error of the clock", clock.MaxErrorSeconds, "s", Error,
            "Start a time service (chrony, systemd-timesyncd), or see why it has no source.");
        return clock.IsSynchronized ? reading : reading with { Message = "No time service keeps the clock." };
    }
}
