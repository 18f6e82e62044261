using Patchbay.Tools.System.History;
using Patchbay.Tools.System.Linux;
using Patchbay.Tools.System.Portable;

namespace Patchbay.Tools.System.Sampling;

/// <summary>Picks the sources for the system the server runs on.</summary>
internal static class SourceFactory
{
    public static MetricSources Create(SystemOptions options, TimeProvider time) =>
        OperatingSystem.IsLinux()
            ? Linux(LinuxPaths.Of(options), TimeSpan.FromMilliseconds(options.FilesystemTimeoutMs), time)
            : Portable(time);

    /// <summary>Reads the kernel's files.</summary>
    public static MetricSources Linux(LinuxPaths paths, TimeSpan filesystemTimeout, TimeProvider time)
    {
        var cpu = new LinuxCpu(paths);
        var memory = new LinuxMemory(paths);
        return new MetricSources
        {
            Cpu = cpu,
            Memory = memory,
            Disk = new LinuxDisk(paths, new FilesystemProbe(paths, StatVfs.Ask, filesystemTimeout, time)),
            Network = new LinuxNetwork(paths),
            Process = new ProcessSource(new LinuxProcess(paths), time),
            CpuPressure = new LinuxPressure(paths, "cpu", SeriesId.CpuPressure),
            MemoryPressure = new LinuxPressure(paths, "memory", SeriesId.MemoryPressure),
            IoPressure = new LinuxPressure(paths, "io", SeriesId.DiskPressure),
            Container = new LinuxContainer(paths, cpu, memory),
        };
    }

    /// <summary>What the runtime knows on every system.</summary>
    public static MetricSources Portable(TimeProvider time) => new()
    {
        Cpu = new PortableCpu(),
        Memory = new PortableMemory(),
        Disk = new PortableDisk(),
        Network = new PortableNetwork(),
        Process = new ProcessSource(new PortableProcess(), time),
    };
}
