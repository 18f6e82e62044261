using Patchbay.Tools.System.Performance;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Tests.Portable;

/// <summary>The sources of systems other than Linux use nothing but the runtime, so they can be tried anywhere.</summary>
public sealed class PortableSourcesTests
{
    [Fact]
    public void What_the_runtime_knows_is_told_and_the_rest_is_null_and_named()
    {
        var time = new ManualTime();
        using var sampler = new Sampler(SourceFactory.Portable(time), time);
        sampler.Sample();
        time.Advance(TimeSpan.FromSeconds(1));
        sampler.Sample();
        var result = new PerformanceReporter(sampler).Report(new PerformanceArguments());

        Assert.Equal(MetricScope.Host, result.Scope);
        Assert.Equal(Environment.ProcessorCount, result.Cpu!.Cores);
        Assert.Null(result.Cpu.Percent);
        Assert.Equal([null, null, null], result.Cpu.LoadAverage);
        Assert.InRange(result.Memory!.TotalBytes!.Value, 1 << 20, long.MaxValue);
        Assert.Null(result.Memory.AvailableBytes);
        Assert.Null(result.Memory.Percent);
        Assert.Null(result.Disk!.ReadBytesPerS);
        Assert.All(result.Disk.Filesystems, filesystem => Assert.InRange(filesystem.Percent!.Value, 0, 100));
        Assert.Null(result.Network!.Tcp);
        Assert.Contains(result.Network.Interfaces, network => !network.InTotal);
        Assert.InRange(result.Process.RssBytes!.Value, 1 << 20, long.MaxValue);
        Assert.InRange(result.Process.Threads!.Value, 1, 100_000);
        Assert.Null(result.Process.FileDescriptors);
        Assert.Null(result.Container);
        Assert.Contains("cpu.percent", result.Coverage.Unsupported);
        Assert.Contains("memory.percent", result.Coverage.Unsupported);
        Assert.Contains("disk.read_bytes_per_s", result.Coverage.Unsupported);
        Assert.Null(sampler.CpuPercent);
    }
}
