using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Patchbay.Tools.System.Checks;
using Patchbay.Tools.System.History;
using Patchbay.Tools.System.Performance;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Telemetry;

/// <summary>The machine's figures as instruments, read from the newest sample when somebody collects. What is not known is left out, never 0.</summary>
internal sealed class SystemInstruments(Sampler sampler, ThreadPoolWatch pool, IMeterFactory factory) : IHostedService
{
    // The product's meter, by its name: the rooms of tools do not know the server's.
    private const string MeterName = "Patchbay";
    private const string Direction = "network.io.direction";

    private readonly Meter _meter = factory.Create(MeterName);

    /// <summary>Makes the instruments.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _meter.CreateObservableGauge("system.cpu.utilization", () => Newest(1e-2, (SeriesId.CpuPercent, null, null)), "1", "Busy share of the CPUs; of the container's limit when there is one.");
        _meter.CreateObservableGauge("system.cpu.load_average.1m", () => Newest(1, (SeriesId.CpuLoad1m, null, null)), "{run_queue_item}", "Load of the last minute.");
        _meter.CreateObservableGauge("system.memory.utilization", () => Newest(1e-2, (SeriesId.MemoryPercent, null, null)), "1", "Used share of memory.");
        _meter.CreateObservableGauge("system.memory.linux.available", () => Newest(1, (SeriesId.MemoryAvailableBytes, null, null)), "By", "Memory that can be had without swapping.");
        _meter.CreateObservableGauge("patchbay.system.pressure", Pressure, "1", "Share of the last second in which work waited for a resource (PSI).");
        _meter.CreateObservableGauge(
            "patchbay.system.disk.throughput",
            () => Newest(1, (SeriesId.DiskReadBytesPerS, "disk.io.direction", "read"), (SeriesId.DiskWriteBytesPerS, "disk.io.direction", "write")), "By/s", "Bytes a second of all disks.");
        _meter.CreateObservableGauge("system.filesystem.utilization", Filesystems, "1", "Used share of each filesystem.");
        _meter.CreateObservableGauge(
            "patchbay.system.network.throughput",
            () => Newest(1, (SeriesId.NetworkReceivedBytesPerS, Direction, "receive"), (SeriesId.NetworkSentBytesPerS, Direction, "transmit")), "By/s", "Bytes a second of all interfaces but the loopback.");
        _meter.CreateObservableGauge("patchbay.system.network.faults", () => Newest(1, (SeriesId.NetworkErrorsPerS, "kind", "error"), (SeriesId.NetworkDropsPerS, "kind", "drop")), "{packet}/s", "Damaged and dropped packets a second.");
        _meter.CreateObservableGauge("patchbay.system.tcp.retransmit", () => Newest(1e-2, (SeriesId.NetworkTcpRetransmitPercent, null, null)), "1", "Share of TCP segments sent again.");
        _meter.CreateObservableGauge("process.unix.file_descriptor.count", Descriptors, "{file_descriptor}", "Open file descriptors of the server.");
        _meter.CreateObservableGauge("patchbay.sampler.age", () => sampler.Age is { } age ? [new Measurement<double>(age.TotalSeconds)] : Array.Empty<Measurement<double>>(), "s", "Age of the newest sample of the machine.");
        _meter.CreateObservableGauge("patchbay.thread_pool.delay", () => pool.Delay.TotalSeconds, "s", "Longest wait of a work item for a thread of the pool, in the last ten seconds.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private IEnumerable<Measurement<double>> Pressure() => Newest(
        1e-2, (SeriesId.CpuPressure, "patchbay.resource", "cpu"), (SeriesId.MemoryPressure, "patchbay.resource", "memory"), (SeriesId.DiskPressure, "patchbay.resource", "io"));

    private List<Measurement<double>> Newest(double factor, params ReadOnlySpan<(SeriesId Series, string? Tag, string? Value)> wanted)
    {
        var measurements = new List<Measurement<double>>(wanted.Length);
        lock (sampler.Gate)
        {
            foreach (var (series, tag, value) in wanted)
            {
                if (Figures.Known(sampler.Newest(series)) is { } known)
                    measurements.Add(tag is null ? new Measurement<double>(known * factor) : new Measurement<double>(known * factor, new KeyValuePair<string, object?>(tag, value)));
            }
        }

        return measurements;
    }

    private IEnumerable<Measurement<double>> Filesystems()
    {
        IReadOnlyList<FilesystemReport> filesystems;
        lock (sampler.Gate)
            filesystems = sampler.Sources.Disk.Report(sampler.Window(1)).Filesystems;
        return from filesystem in filesystems
               where filesystem is { Stuck: false, Percent: not null }
               select new Measurement<double>(filesystem.Percent!.Value / 100, new KeyValuePair<string, object?>("system.filesystem.mountpoint", filesystem.Mount));
    }

    private IEnumerable<Measurement<long>> Descriptors()
    {
        lock (sampler.Gate)
            return sampler.Sources.Process.Report(sampler.Window(1)).FileDescriptors is { } open ? [new Measurement<long>(open)] : [];
    }
}
