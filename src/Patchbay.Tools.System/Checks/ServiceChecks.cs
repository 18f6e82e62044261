using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.System.Performance;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Checks;

/// <summary>Whether the sampler lives.</summary>
internal static class ServiceChecks
{
    private static readonly Threshold Age = new(3, 15);

    public static IEnumerable<IDiagnosticCheck> All(Sampler sampler) =>
    [
        new LocalCheck("sampler.age", Components.Services, DiagnosticLevel.Basic, () => SamplerAge(sampler)),
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
}
