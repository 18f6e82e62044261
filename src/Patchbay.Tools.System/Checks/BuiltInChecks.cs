using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.System.Linux;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Checks;

/// <summary>The checks of this room; other rooms register theirs as <see cref="IDiagnosticCheck"/>.</summary>
internal sealed record BuiltInChecks(IReadOnlyList<IDiagnosticCheck> All)
{
    /// <summary>All checks of the machine.</summary>
    public static BuiltInChecks Of(Sampler sampler, UnobservedFaults faults, ThreadPoolWatch pool, SystemOptions options, TimeProvider time)
    {
        var paths = LinuxPaths.Of(options);
        return new BuiltInChecks(
        [
            .. CpuChecks.All(sampler),
            .. MemoryChecks.All(sampler),
            .. DiskChecks.All(sampler),
            .. HandleChecks.All(paths),
            .. ClockChecks.All(sampler, time),
            .. NetworkChecks.All(sampler),
            .. SocketChecks.All(paths),
            .. RuntimeChecks.All(sampler, faults, pool),
            .. ServiceChecks.All(sampler),
            .. TargetChecks.All(options, time),
            new WriteLatencyCheck(options.ProbeDirectory ?? "data", time),
            new CpuSpeedCheck(time),
            new ForcedCollectionCheck(options.AllowForcedCollection),
        ]);
    }
}
