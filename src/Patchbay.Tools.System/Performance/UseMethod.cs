namespace Patchbay.Tools.System.Performance;

/// <summary>Utilization, saturation and errors of each resource (Gregg's USE method), and a finding for each that is not well.</summary>
internal static class UseMethod
{
    public static PerformanceResult Judge(PerformanceResult result)
    {
        var findings = new List<Finding>();
        var verdicts = new Dictionary<string, UseVerdict>(StringComparer.Ordinal);
        if (result.Cpu is { } cpu)
            verdicts["cpu"] = Cpu(cpu, result.Container, findings);
        if (result.Memory is { } memory)
            verdicts["memory"] = Memory(memory, findings);
        if (result.Disk is { } disk)
            verdicts["disk"] = Disk(disk, findings);
        if (result.Network is { } network)
            verdicts["network"] = Network(network, findings);
        return result with { Verdicts = verdicts, Findings = [.. findings.OrderByDescending(finding => finding.Severity)] };
    }

    private static UseVerdict Cpu(CpuReport cpu, ContainerReport? container, List<Finding> findings)
    {
        var busy = Thresholds.CpuBusy.Judge(cpu.Percent);
        Add(findings, busy, "CPU is busy", "Nearly all CPU time within the interval was used.", ("cpu.percent", cpu.Percent),
            "Look at the processes that use it, or give the machine more CPUs.");
        var steal = Thresholds.Steal.Judge(cpu.Steal);
        Add(findings, steal, "CPU time is stolen", "The hypervisor gives this machine's CPU time to others.", ("cpu.steal", cpu.Steal),
            "Move to a less crowded host, or to a larger instance.");
        var throttled = Thresholds.Throttled.Judge(container?.ThrottledPercent);
        Add(findings, throttled, "CPU quota is used up", "The container stood still in part of its scheduling periods.",
            ("container.throttled_percent", container?.ThrottledPercent), "Raise the container's CPU limit.");
        var pressure = Pressure(Thresholds.CpuPressure, cpu.Pressure);
        Add(findings, pressure, "Tasks wait for CPU", "Tasks were ready to run and had no CPU.", ("cpu.pressure.some.avg60", cpu.Pressure?.Some?.Avg60),
            "Less work at once, or more CPUs.");
        var load = Thresholds.LoadPerCore.Judge(cpu.LoadAverage[0] / cpu.Cores);
        var saturation = pressure == Verdict.Unknown ? load : pressure;
        return new UseVerdict { Utilization = busy, Saturation = Worst(saturation, Worst(steal, throttled)), Errors = Verdict.Unknown };
    }

    private static UseVerdict Memory(MemoryReport memory, List<Finding> findings)
    {
        var available = Thresholds.MemoryAvailable.Judge(100.0 * memory.AvailableBytes / memory.TotalBytes);
        Add(findings, available, "Memory is nearly used up", "Little memory can be had without swapping.", ("memory.available_bytes", memory.AvailableBytes),
            "Stop what is not needed, or add memory; what comes next is swapping and the kernel's killer.");
        var pressure = Pressure(Thresholds.MemoryPressure, memory.Pressure);
        Add(findings, pressure, "Tasks wait for memory", "Tasks stood still while pages were reclaimed or read back.",
            ("memory.pressure.some.avg60", memory.Pressure?.Some?.Avg60), "Find what grows, or add memory.");
        var swapping = memory.SwapOutBytesPerS is { } rate ? rate > 0 ? Verdict.Warning : Verdict.Ok : Verdict.Unknown;
        Add(findings, swapping, "Memory is being swapped out", "Pages were written to swap within the interval.",
            ("memory.swap_out_bytes_per_s", memory.SwapOutBytesPerS), "More memory, or fewer things at once.");
        var killed = memory.OomKills is { } kills ? kills > 0 ? Verdict.Warning : Verdict.Ok : Verdict.Unknown;
        return new UseVerdict { Utilization = available, Saturation = Worst(pressure, swapping), Errors = killed };
    }

    private static UseVerdict Disk(DiskReport disk, List<Finding> findings)
    {
        var busy = Thresholds.DiskBusy.Judge(disk.BusyPercent);
        Add(findings, busy, "A disk is busy all the time", "One device had a request under way during nearly the whole interval.",
            ("disk.busy_percent", disk.BusyPercent), "On one spindle this is its limit; a solid-state disk may still have room: look at await_ms.");
        var pressure = Pressure(Thresholds.IoPressure, disk.Pressure);
        Add(findings, pressure, "Tasks wait for disks", "Tasks stood still until a disk answered.", ("disk.pressure.some.avg60", disk.Pressure?.Some?.Avg60),
            "Find what reads and writes, or use a faster disk.");
        var errors = Verdict.Ok;
        foreach (var filesystem in disk.Filesystems)
        {
            var full = filesystem.ReadOnly ? Verdict.Ok : Thresholds.DiskFree.Judge(100 - filesystem.Percent);
            Add(findings, full, $"Filesystem {filesystem.Mount} is nearly full", "Writes will fail when nothing is left.",
                ("available_bytes", filesystem.AvailableBytes), "Remove what is not needed, or make it larger.");
            if (!filesystem.Stuck)
                continue;
            errors = Verdict.Critical;
            Add(findings, errors, $"Filesystem {filesystem.Mount} does not answer", "A question for its size has not come back.", ("stuck", 1),
                "A network mount whose server is away? Whoever touches it will hang.");
        }

        return new UseVerdict { Utilization = busy, Saturation = pressure, Errors = errors };
    }

    private static UseVerdict Network(NetworkReport network, List<Finding> findings)
    {
        var errors = network.ErrorsPerS is { } rate ? rate > 0 ? Verdict.Warning : Verdict.Ok : Verdict.Unknown;
        Add(findings, errors, "Interfaces report errors", "Frames were damaged or could not be sent.", ("network.errors_per_s", network.ErrorsPerS),
            "Cable, port or driver.");
        var drops = network.DropsPerS is { } dropped ? dropped > 0 ? Verdict.Warning : Verdict.Ok : Verdict.Unknown;
        Add(findings, drops, "Interfaces drop packets", "Packets came faster than they were taken.", ("network.drops_per_s", network.DropsPerS),
            "Larger receive queues, or less traffic at once.");
        var retransmits = Thresholds.Retransmits.Judge(network.Tcp?.RetransmitPercent);
        Add(findings, retransmits, "TCP sends again", "Segments were lost on the way, or their acknowledgements were.",
            ("network.tcp.retransmit_percent", network.Tcp?.RetransmitPercent), "Look for a crowded or faulty link.");
        var listen = network.Tcp?.ListenOverflowsPerS is { } overflow ? overflow > 0 ? Verdict.Warning : Verdict.Ok : Verdict.Unknown;
        Add(findings, listen, "Connections were refused", "An accept queue was full.", ("network.tcp.listen_overflows_per_s", network.Tcp?.ListenOverflowsPerS),
            "The listening program accepts too slowly, or its backlog is too small.");
        // How much a link could carry is not known here, so neither is its utilization.
        return new UseVerdict { Utilization = Verdict.Unknown, Saturation = Worst(drops, listen), Errors = Worst(errors, retransmits) };
    }

    // avg10 reacts within seconds and alone would cry wolf: a warning needs both means, a critical verdict the longer one.
    internal static Verdict Pressure(Threshold threshold, PressureReport? pressure)
    {
        if (pressure?.Some is not { Avg10: { } short10, Avg60: { } long60 })
            return Verdict.Unknown;
        return threshold.Judge(long60) == Verdict.Critical ? Verdict.Critical : threshold.Judge(Math.Min(short10, long60));
    }

    private static Verdict Worst(Verdict one, Verdict other) => (Verdict)Math.Max((int)one, (int)other);

    private static void Add(List<Finding> findings, Verdict verdict, string title, string detail, (string Name, double? Value) evidence, string hint)
    {
        if (verdict < Verdict.Warning)
            return;
        findings.Add(new Finding
        {
            Severity = verdict == Verdict.Critical ? FindingSeverity.Critical : FindingSeverity.Warning,
            Title = title,
            Detail = detail,
            Evidence = new Dictionary<string, double?>(StringComparer.Ordinal) { [evidence.Name] = evidence.Value },
            Hint = hint,
        });
    }
}
