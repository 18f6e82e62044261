using System.Globalization;

namespace Patchbay.Load;

/// <summary>What the kernel says of a process (proc(5)).</summary>
internal static class ProcessFigures
{
    // USER_HZ, which is 100 on every Linux that .NET runs on: the resolution is 10 ms.
    private const double TicksPerSecond = 100;

    /// <summary>User and system time of all its threads.</summary>
    public static TimeSpan Cpu(int processId)
    {
        var text = File.ReadAllText($"/proc/{processId}/stat");
        // The name in parentheses may hold spaces; utime and stime are fields 14 and 15, the first behind the name being the third.
        var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return TimeSpan.FromSeconds((Number(fields[11]) + Number(fields[12])) / TicksPerSecond);
    }

    /// <summary>Resident memory in bytes.</summary>
    public static long Resident(int processId)
    {
        var line = File.ReadLines($"/proc/{processId}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return Number(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
