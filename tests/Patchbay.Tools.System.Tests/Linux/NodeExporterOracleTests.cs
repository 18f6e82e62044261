using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Patchbay.Tools.System.Tests.Linux;

/// <summary>The same recorded trees read by node_exporter, which is told to look there. Skipped where it is not installed.</summary>
public sealed partial class NodeExporterOracleTests
{
    private const string Exporter = "/usr/bin/prometheus-node-exporter";
    private const double Tolerance = 1e-6;

    [Fact]
    public async Task Counters_rise_as_in_node_exporter()
    {
        Assert.SkipUnless(File.Exists(Exporter), "prometheus-node-exporter is not installed.");
        var before = await ScrapeAsync("first");
        var after = await ScrapeAsync("second");
        using var machine = new FakeMachine().Load("first");
        machine.Sample();
        machine.Load("second");
        machine.Sample(2);
        var result = machine.Report(interval: 2);

        double Rise(string metric) => after[metric] - before[metric];
        foreach (var (core, number) in result.Cpu!.Cpus.Select((core, i) => (core, i)))
        {
            // Each scrape here is another process, which cannot know that a counter went back.
            double Mode(string mode) => Math.Max(0, Rise($"node_cpu_seconds_total{{cpu=\"{number}\",mode=\"{mode}\"}}"));
            var total = new[] { "user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal" }.Sum(Mode);
            Assert.Equal(100 * Mode("user") / total, core.User!.Value, Tolerance);
            Assert.Equal(100 * Mode("system") / total, core.System!.Value, Tolerance);
            Assert.Equal(100 * Mode("iowait") / total, core.Iowait!.Value, Tolerance);
            Assert.Equal(100 * Mode("steal") / total, core.Steal!.Value, Tolerance);
            Assert.Equal(100 - 100 * (Mode("idle") + Mode("iowait")) / total, core.Percent!.Value, Tolerance);
        }

        foreach (var disk in result.Disk!.Devices)
        {
            Assert.Equal(Rise($"node_disk_read_bytes_total{{device=\"{disk.Name}\"}}") / 2, disk.ReadBytesPerS!.Value, Tolerance);
            Assert.Equal(Rise($"node_disk_written_bytes_total{{device=\"{disk.Name}\"}}") / 2, disk.WriteBytesPerS!.Value, Tolerance);
            Assert.Equal(Rise($"node_disk_io_time_seconds_total{{device=\"{disk.Name}\"}}") / 2 * 100, disk.BusyPercent!.Value, Tolerance);
            Assert.Equal(Rise($"node_disk_io_time_weighted_seconds_total{{device=\"{disk.Name}\"}}") / 2, disk.QueueLength!.Value, Tolerance);
        }

        // By default it leaves out the loopback and the ends of containers' links, too.
        foreach (var network in result.Network!.Interfaces.Where(network => network.InTotal))
        {
            Assert.Equal(Rise($"node_network_receive_bytes_total{{device=\"{network.Name}\"}}") / 2, network.ReceivedBytesPerS!.Value, Tolerance);
            Assert.Equal(Rise($"node_network_transmit_bytes_total{{device=\"{network.Name}\"}}") / 2, network.SentBytesPerS!.Value, Tolerance);
        }

        Assert.Equal((long)after["node_memory_MemTotal_bytes"], result.Memory!.TotalBytes);
        Assert.Equal((long)after["node_memory_MemAvailable_bytes"], result.Memory.AvailableBytes);
        Assert.Equal((long)after["node_vmstat_oom_kill"], result.Memory.OomKills);
        Assert.Equal(after["node_load1"], result.Cpu.LoadAverage[0]);
        Assert.Equal(Rise("node_context_switches_total") / 2, result.Cpu.ContextSwitchesPerS);
        Assert.Equal(Rise("node_forks_total") / 2, result.Cpu.ForksPerS);
        Assert.Equal(Rise("node_netstat_Tcp_RetransSegs") / 2, result.Network.Tcp!.RetransmitsPerS);
        Assert.Equal(Rise("node_netstat_TcpExt_ListenOverflows") / 2, result.Network.Tcp.ListenOverflowsPerS);
        Assert.Equal(Rise("node_pressure_cpu_waiting_seconds_total") / 2 * 100, result.Cpu.Pressure!.Some!.Percent!.Value, Tolerance);
    }

    private static async Task<Dictionary<string, double>> ScrapeAsync(string generation)
    {
        var token = TestContext.Current.CancellationToken;
        var start = new ProcessStartInfo(Exporter,
        [
            "--path.procfs=" + Path.Combine(AppContext.BaseDirectory, "Fixtures", generation), "--web.listen-address=127.0.0.1:0", "--collector.disable-defaults",
            "--collector.cpu", "--collector.stat", "--collector.meminfo", "--collector.diskstats", "--collector.diskstats.device-exclude=^$",
            "--collector.netdev", "--no-collector.netdev.netlink", "--collector.loadavg", "--collector.vmstat", "--collector.pressure", "--collector.netstat",
        ])
        { RedirectStandardError = true };
        using var process = Process.Start(start)!;
        try
        {
            string? address = null;
            while (address is null && await process.StandardError.ReadLineAsync(token) is { } line)
                address = ListeningOn().Match(line) is { Success: true } match ? match.Groups[1].Value : null;
            using var client = new HttpClient();
            var text = await client.GetStringAsync(new Uri($"http://{address}/metrics"), token);
            return text.Split('\n').Where(line => line.StartsWith("node_", StringComparison.Ordinal)).Select(line => line.Split(' '))
                .ToDictionary(parts => parts[0], parts => double.Parse(parts[1], CultureInfo.InvariantCulture));
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    [GeneratedRegex(@"msg=""Listening on"" address=(\S+)")]
    private static partial Regex ListeningOn();
}
