using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Checks;

/// <summary>The checks of this room; other rooms register theirs as <see cref="IDiagnosticCheck"/>.</summary>
internal sealed class BuiltInChecks(Sampler sampler, TimeProvider time)
{
    public IReadOnlyList<IDiagnosticCheck> All { get; } =
    [
        .. CpuChecks.All(sampler),
        .. MemoryChecks.All(sampler),
        .. DiskChecks.All(sampler),
        .. NetworkChecks.All(sampler),
        .. RuntimeChecks.All(sampler),
        .. ServiceChecks.All(sampler, time),
    ];
}
