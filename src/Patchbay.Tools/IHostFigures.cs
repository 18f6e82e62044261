namespace Patchbay.Tools;

/// <summary>The machine's two headline figures, for <c>status_update</c>. Implemented by the system tools.</summary>
public interface IHostFigures
{
    /// <summary>Busy share of all CPUs, 0 to 100, over the last sample; null before the second sample.</summary>
    double? CpuPercent { get; }

    /// <summary>Used share of memory, 0 to 100; null when it cannot be known.</summary>
    double? MemoryPercent { get; }
}
