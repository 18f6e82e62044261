using System.Diagnostics;
using System.Text.Json;

namespace Patchbay.Tools.System.Tests.Linux;

/// <summary>The same recorded trees read by psutil, which is told to look there. Skipped where psutil is not installed.</summary>
public sealed class PsutilOracleTests
{
    private const string Python = "/usr/bin/python3";
    private const double Tolerance = 1e-9;

    private static readonly Lazy<JsonElement?> Oracle = new(Ask);

    [Fact]
    public void Cpu_shares_are_those_of_psutil()
    {
        var oracle = Require().GetProperty("cpu");
        using var machine = Recorded();
        var cpu = machine.Report(interval: 2).Cpu!;

        Assert.Equal(oracle.GetProperty("busy").GetDouble(), cpu.Percent!.Value, Tolerance);
        Assert.Equal(oracle.GetProperty("user").GetDouble(), cpu.User!.Value, Tolerance);
        Assert.Equal(oracle.GetProperty("nice").GetDouble(), cpu.Nice!.Value, Tolerance);
        Assert.Equal(oracle.GetProperty("system").GetDouble(), cpu.System!.Value, Tolerance);
        Assert.Equal(oracle.GetProperty("iowait").GetDouble(), cpu.Iowait!.Value, Tolerance);
        Assert.Equal(oracle.GetProperty("irq").GetDouble(), cpu.Irq!.Value, Tolerance);
        Assert.Equal(oracle.GetProperty("softirq").GetDouble(), cpu.Softirq!.Value, Tolerance);
        Assert.Equal(oracle.GetProperty("steal").GetDouble(), cpu.Steal!.Value, Tolerance);
        Assert.Equal(Require().GetProperty("per_cpu").EnumerateArray().Select(busy => Math.Round(busy.GetDouble(), 9)), cpu.PerCpu.Select(busy => Math.Round(busy!.Value, 9)));
    }

    [Fact]
    public void Memory_is_that_of_psutil()
    {
        var oracle = Require().GetProperty("memory");
        using var machine = Recorded();
        var memory = machine.Report(interval: 2).Memory!;

        Assert.Equal(oracle.GetProperty("total").GetInt64(), memory.TotalBytes);
        Assert.Equal(oracle.GetProperty("available").GetInt64(), memory.AvailableBytes);
        Assert.Equal(oracle.GetProperty("free").GetInt64(), memory.FreeBytes);
        Assert.Equal(oracle.GetProperty("cached").GetInt64(), memory.CachedBytes);
        Assert.Equal(oracle.GetProperty("swap_total").GetInt64(), memory.SwapTotalBytes);
        Assert.Equal(oracle.GetProperty("swap_used").GetInt64(), memory.SwapUsedBytes);
        // psutil rounds this one to a tenth.
        Assert.Equal(oracle.GetProperty("percent").GetDouble(), Math.Round(memory.Percent!.Value, 1), Tolerance);
    }

    [Fact]
    public void Disk_traffic_is_that_of_psutil()
    {
        var oracle = Require().GetProperty("disk");
        using var machine = Recorded();
        foreach (var device in machine.Report(interval: 2).Disk!.Devices)
        {
            var counters = oracle.GetProperty(device.Name);
            Assert.Equal(counters.GetProperty("read_bytes").GetInt64() / 2.0, device.ReadBytesPerS);
            Assert.Equal(counters.GetProperty("write_bytes").GetInt64() / 2.0, device.WriteBytesPerS);
            Assert.Equal(counters.GetProperty("read_count").GetInt64() / 2.0, device.ReadIops);
            Assert.Equal(counters.GetProperty("write_count").GetInt64() / 2.0, device.WriteIops);
            Assert.Equal(counters.GetProperty("busy_time").GetInt64() / 20.0, device.BusyPercent!.Value, Tolerance);
        }
    }

    [Fact]
    public void Network_traffic_is_that_of_psutil()
    {
        var oracle = Require().GetProperty("network");
        using var machine = Recorded();
        foreach (var network in machine.Report(interval: 2).Network!.Interfaces)
        {
            var counters = oracle.GetProperty(network.Name);
            Assert.Equal(counters.GetProperty("bytes_recv").GetInt64() / 2.0, network.ReceivedBytesPerS);
            Assert.Equal(counters.GetProperty("bytes_sent").GetInt64() / 2.0, network.SentBytesPerS);
            Assert.Equal(counters.GetProperty("packets_recv").GetInt64() / 2.0, network.ReceivedPacketsPerS);
            Assert.Equal(counters.GetProperty("packets_sent").GetInt64() / 2.0, network.SentPacketsPerS);
            Assert.Equal((counters.GetProperty("errin").GetInt64() + counters.GetProperty("errout").GetInt64()) / 2.0, network.ErrorsPerS);
            Assert.Equal((counters.GetProperty("dropin").GetInt64() + counters.GetProperty("dropout").GetInt64()) / 2.0, network.DropsPerS);
        }
    }

    private static FakeMachine Recorded()
    {
        var machine = new FakeMachine().Load("first");
        machine.Sample();
        machine.Load("second");
        machine.Sample(2);
        return machine;
    }

    private static JsonElement Require()
    {
        if (Oracle.Value is not { } oracle)
        {
            Assert.Skip("python3-psutil is not installed.");
            throw new InvalidOperationException();
        }

        return oracle;
    }

    private static JsonElement? Ask()
    {
        if (!File.Exists(Python))
            return null;
        var folder = Path.Combine(AppContext.BaseDirectory, "Fixtures");
        var start = new ProcessStartInfo(Python, [Path.Combine(folder, "psutil_oracle.py"), Path.Combine(folder, "first"), Path.Combine(folder, "second")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var faults = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (faults.Contains("No module named 'psutil'"))
            return null;
        Assert.True(process.ExitCode == 0, faults);
        return JsonDocument.Parse(output.Result).RootElement;
    }
}
