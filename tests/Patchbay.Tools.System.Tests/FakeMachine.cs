using Patchbay.Tools.System.Linux;
using Patchbay.Tools.System.Performance;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Tests;

/// <summary>A recorded machine: a tree of kernel files in a temporary directory, and the sampler that reads it.</summary>
internal sealed class FakeMachine : IDisposable
{
    private static int _machines;

    private Sampler? _sampler;

    public FakeMachine()
    {
        Root = Path.Combine(Path.GetTempPath(), $"patchbay-machine-{Environment.ProcessId}-{Interlocked.Increment(ref _machines)}");
        Directory.CreateDirectory(Root);
    }

    public string Root { get; }

    public string Proc => Path.Combine(Root, "proc");

    public ManualTime Time { get; } = new();

    public LinuxPaths Paths => new(Proc, Root);

    public Func<byte[], FilesystemSizes?> StatVfs { get; init; } = _ => null;

    /// <summary>Made at first use, so that the files are there before control groups are looked for.</summary>
    public Sampler Sampler => _sampler ??= new Sampler(Sources(), Time);

    public FilesystemProbe? Filesystems { get; private set; }

    /// <summary>Writes a file of the tree in place, as the kernel changes what an open handle reads.</summary>
    public FakeMachine Write(string path, string text)
    {
        var full = Path.Combine(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        using var stream = new FileStream(full, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        using var writer = new StreamWriter(stream);
        writer.Write(text);
        writer.Flush();
        stream.SetLength(stream.Position);
        return this;
    }

    /// <summary>Copies one generation of a recorded tree.</summary>
    public FakeMachine Load(string generation)
    {
        var from = Path.Combine(AppContext.BaseDirectory, "Fixtures", generation);
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
            Write(Path.Combine("proc", Path.GetRelativePath(from, file)), File.ReadAllText(file));
        return this;
    }

    /// <summary>Lets time pass and takes a sample.</summary>
    public void Sample(double afterSeconds = 1)
    {
        Time.Advance(TimeSpan.FromSeconds(afterSeconds));
        Sampler.Sample();
    }

    public PerformanceResult Report(double interval = 1, int historyMinutes = 5, params MetricArea[] metrics) =>
        new PerformanceReporter(Sampler).Report(new PerformanceArguments
        {
            Interval = interval,
            HistoryMinutes = historyMinutes,
            Metrics = metrics.Length == 0 ? new PerformanceArguments().Metrics : metrics,
        });

    public void Dispose()
    {
        _sampler?.Dispose();
        Directory.Delete(Root, recursive: true);
    }

    private MetricSources Sources()
    {
        var sources = SourceFactory.Linux(Paths, TimeSpan.FromSeconds(1), Time);
        // The probe's own thread is not wanted here: tests make it look when they say so.
        Filesystems = new FilesystemProbe(Paths, StatVfs, TimeSpan.FromSeconds(1), Time);
        return sources with { Disk = new LinuxDisk(Paths, Filesystems) };
    }
}
