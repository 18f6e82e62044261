using System.Runtime.InteropServices;

namespace Patchbay.Server.Telemetry;

/// <summary>How long the current thread has had a CPU: <c>clock_gettime(CLOCK_THREAD_CPUTIME_ID)</c>.</summary>
internal static partial class ThreadClock
{
    private const int LinuxThreadCpuTime = 3;
    private const int AppleThreadCpuTime = 16;
    private const long NanosecondsPerSecond = 1_000_000_000;

    private static readonly int Clock = OperatingSystem.IsMacOS() ? AppleThreadCpuTime : LinuxThreadCpuTime;

    /// <summary>Whether this system tells.</summary>
    public static bool IsSupported { get; } = Environment.Is64BitProcess && (OperatingSystem.IsLinux() || OperatingSystem.IsMacOS()) && Read() > 0;

    /// <summary>Nanoseconds of CPU the current thread has had; 0 where the system does not tell.</summary>
    public static long Read() => GetTime(Clock, out var time) == 0 ? (time.Seconds * NanosecondsPerSecond) + time.Nanoseconds : 0;

    // No transition of the garbage collector: the call takes a microsecond at most, and never waits.
    [LibraryImport("libc", EntryPoint = "clock_gettime"), SuppressGCTransition]
    private static partial int GetTime(int clock, out TimeSpec time);

    [StructLayout(LayoutKind.Sequential)]
    private readonly struct TimeSpec
    {
        public readonly long Seconds;
        public readonly long Nanoseconds;
    }
}
