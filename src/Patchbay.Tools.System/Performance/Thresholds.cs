namespace Patchbay.Tools.System.Performance;

/// <summary>From where on a figure is worth a word; findings and health checks share them. Percent unless the name says otherwise.</summary>
internal static class Thresholds
{
    public static Threshold CpuBusy => new(85, 95);

    // Twice as many runnable tasks as CPUs are usual in bursts; ten times as many are a queue that does not get shorter.
    public static Threshold LoadPerCore => new(2, 10);

    // One task of many that waits is enough for this figure, so a busy machine has much of it; nearly all the time is another matter.
    public static Threshold CpuPressure => new(40, 95);

    public static Threshold MemoryPressure => new(10, 30);

    public static Threshold IoPressure => new(25, 60);

    public static Threshold Steal => new(10, 25);

    public static Threshold Iowait => new(20, 50);

    public static Threshold MemoryAvailable => new(10, 5);

    public static Threshold DiskBusy => new(90, 99);

    public static Threshold DiskFree => new(15, 5);

    public static Threshold Retransmits => new(1, 5);

    public static Threshold Throttled => new(10, 50);
}
