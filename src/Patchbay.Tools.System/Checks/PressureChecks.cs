using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.System.Performance;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Checks;

/// <summary>Reads pressure stall information against its limits.</summary>
internal static class PressureChecks
{
    public static CheckReading Read(Sampler sampler, IMetricSource<PressureReport?>? source, string resource, Threshold threshold, string hint)
    {
        lock (sampler.Gate)
        {
            if (source?.Report(sampler.Window(1)) is not { Some: { } some } pressure)
                return CheckReading.Skip("This system has no pressure stall information.");
            var evidence = Readings.Evidence(("some_avg10", some.Avg10), ("some_avg60", some.Avg60), ("full_avg60", pressure.Full?.Avg60));
            return Readings.OfVerdict(UseMethod.Pressure(threshold, pressure), $"Time with tasks waiting for {resource}, mean of a minute", some.Avg60, "percent", threshold, hint, evidence);
        }
    }
}
