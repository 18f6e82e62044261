using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.System.Linux;
using Patchbay.Tools.System.Performance;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Checks;

/// <summary>What the kernel counts and limits besides CPU and memory: descriptors, entropy, processes nobody waited for.</summary>
internal static class HandleChecks
{
    private static readonly Threshold Descriptors = new(80, 95);
    private static readonly Threshold Entropy = new(128, 32);
    private static readonly Threshold Zombies = new(10, 200);

    public static IEnumerable<IDiagnosticCheck> All(LinuxPaths paths) =>
    [
        new ProbeCheck("process.file_descriptors", Components.System, DiagnosticLevel.Detailed, _ => new(Own(paths))),
        new ProbeCheck("system.file_descriptors", Components.System, DiagnosticLevel.Detailed, _ => new(All(paths, "sys/fs/file-nr"))),
        new ProbeCheck("system.entropy", Components.System, DiagnosticLevel.Detailed, _ => new(EntropyLeft(paths))),
        new ProbeCheck("system.zombies", Components.System, DiagnosticLevel.Detailed, token => new(ZombieCount(paths, token))),
    ];

    private static CheckReading Own(LinuxPaths paths)
    {
        using var process = new LinuxProcess(paths);
        var open = process.FileDescriptors();
        var limit = KernelText.Lines(paths, "self/limits").Select(SoftLimit).FirstOrDefault(found => found > 0);
        if (open < 0 || limit <= 0)
            return CheckReading.Skip("This system does not tell how many descriptors are open.");
        return Readings.Of("Open file descriptors of the server, of its soft limit", Figures.Percent(open, limit), "percent", Descriptors,
            "Raise the limit (ulimit -n, LimitNOFILE), or look for what is not closed.", Readings.Evidence(("open", open), ("soft_limit", limit)));
    }

    // Max open files            1024                 524288               files
    private static long SoftLimit(string line) =>
        line.StartsWith("Max open files", StringComparison.Ordinal) && long.TryParse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3], out var limit) ? limit : 0;

    private static CheckReading All(LinuxPaths paths, string file)
    {
        var numbers = KernelText.Numbers(paths, file);
        return numbers.Length < 3 || numbers[2] <= 0
            ? CheckReading.Skip("This system does not tell how many files are open.")
            : Readings.Of("Open files of the whole system, of its limit", Figures.Percent(numbers[0] - numbers[1], numbers[2]), "percent", Descriptors,
                "Find the process with the most descriptors, or raise fs.file-max.", Readings.Evidence(("open", numbers[0] - numbers[1]), ("limit", numbers[2])));
    }

    private static CheckReading EntropyLeft(LinuxPaths paths)
    {
        var numbers = KernelText.Numbers(paths, "sys/kernel/random/entropy_avail");
        return numbers.Length == 0
            ? CheckReading.Skip("This system does not tell how much entropy it has.")
            : Readings.Of("Entropy of the kernel's pool", numbers[0], "bits", Entropy, "Give the machine a source of randomness (virtio-rng, rngd); keys made now may block.");
    }

    private static CheckReading ZombieCount(LinuxPaths paths, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(paths.Proc))
            return CheckReading.Skip("This system does not list its processes.");
        var zombies = 0;
        foreach (var process in Directory.EnumerateDirectories(paths.Proc).Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var stat = KernelText.Lines(paths, Path.Combine(process, "stat")).FirstOrDefault("");
            zombies += stat.AsSpan(stat.LastIndexOf(')') + 1).TrimStart().StartsWith("Z") ? 1 : 0;
        }

        return Readings.Of("Ended processes that nobody has waited for", zombies, "count", Zombies, "Find their parents (ps -o ppid,stat): they do not reap their children.");
    }
}
