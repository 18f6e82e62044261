using Patchbay.Tools.System.Performance;

namespace Patchbay.Tools.System.Tests.Linux;

/// <summary>Two recorded generations of a machine, two seconds apart; expected values are worked out from the files by hand.</summary>
public sealed class LinuxFiguresTests
{
    private static PerformanceResult Recorded()
    {
        using var machine = new FakeMachine().Load("first");
        machine.Sample();
        machine.Load("second");
        machine.Sample(2);
        return machine.Report(interval: 2);
    }

    [Fact]
    public void Cpu_shares_leave_guest_time_in_user_count_steal_as_busy_and_clamp_what_goes_back()
    {
        var cpu = Recorded().Cpu!;

        // user +100, nice +10, system +50, idle +200, iowait -10 (counts 0), irq +2, softirq +5, steal +33: 400 ticks in all.
        Assert.Equal(50, cpu.Percent!.Value, 9);
        Assert.Equal(25, cpu.User!.Value, 9);
        Assert.Equal(2.5, cpu.Nice!.Value, 9);
        Assert.Equal(12.5, cpu.System!.Value, 9);
        Assert.Equal(0, cpu.Iowait!.Value, 9);
        Assert.Equal(0.5, cpu.Irq!.Value, 9);
        Assert.Equal(1.25, cpu.Softirq!.Value, 9);
        Assert.Equal(8.25, cpu.Steal!.Value, 9);
    }

    [Fact]
    public void Each_cpu_has_its_own_shares_and_one_that_went_offline_is_gone()
    {
        var cpu = Recorded().Cpu!;

        // cpu0: 60 + 10 + 30 + 2 + 5 + 33 busy of 250; cpu1: 40 + 20 busy of 160, iowait went back.
        Assert.Equal(["cpu0", "cpu1"], cpu.Cpus.Select(core => core.Name));
        Assert.Equal(2, cpu.Cores);
        Assert.Equal(100.0 * 140 / 250, cpu.PerCpu[0]!.Value, 9);
        Assert.Equal(100.0 * 60 / 160, cpu.PerCpu[1]!.Value, 9);
        Assert.Equal(100.0 * 33 / 250, cpu.Cpus[0].Steal!.Value, 9);
    }

    [Fact]
    public void Load_and_process_counts_are_the_newest_and_events_are_per_second()
    {
        var cpu = Recorded().Cpu!;

        Assert.Equal([1.5, 0.75, 0.5], cpu.LoadAverage);
        Assert.Equal(5, cpu.ProcessesRunning);
        Assert.Equal(0, cpu.ProcessesBlocked);
        Assert.Equal(5000 / 2.0, cpu.ContextSwitchesPerS);
        Assert.Equal(10 / 2.0, cpu.ForksPerS);
        Assert.Equal(1000 / 2.0, cpu.InterruptsPerS);
    }

    [Fact]
    public void Memory_in_use_is_what_is_not_available_and_paging_is_per_second()
    {
        var memory = Recorded().Memory!;

        Assert.Equal(16307996L * 1024, memory.TotalBytes);
        Assert.Equal(7214084L * 1024, memory.AvailableBytes);
        Assert.Equal((16307996L - 7214084) * 1024, memory.UsedBytes);
        Assert.Equal(100.0 * (16307996 - 7214084) / 16307996, memory.Percent!.Value, 9);
        Assert.Equal((7983020L + 984196) * 1024, memory.CachedBytes);
        Assert.Equal(8387580L * 1024, memory.SwapTotalBytes);
        Assert.Equal((8387580L - 8000000) * 1024, memory.SwapUsedBytes);
        Assert.Equal(50, memory.MajorFaultsPerS);
        Assert.Equal(5.0 * Environment.SystemPageSize, memory.SwapInBytesPerS);
        Assert.Equal(25.0 * Environment.SystemPageSize, memory.SwapOutBytesPerS);
        Assert.Equal(4, memory.OomKills);
    }

    [Fact]
    public void Disk_totals_count_whole_disks_once()
    {
        var disk = Recorded().Disk!;

        // sda 8000 sectors and nvme0n1 1000 read, 4000 and 2000 written, of 512 bytes, in 2 s; dm-0 is listed and not added again.
        Assert.Equal(["sda", "nvme0n1", "dm-0", "mmcblk0"], disk.Devices.Select(device => device.Name));
        Assert.Equal(9000 * 512 / 2.0, disk.ReadBytesPerS);
        Assert.Equal(6000 * 512 / 2.0, disk.WriteBytesPerS);
        Assert.Equal((100 + 10) / 2.0, disk.ReadIops);
        Assert.Equal((200 + 10) / 2.0, disk.WriteIops);
        Assert.False(disk.Devices.Single(device => device.Name == "dm-0").InTotal);
    }

    [Fact]
    public void Busy_share_wait_and_queue_of_a_disk_are_those_of_iostat()
    {
        var disk = Recorded().Disk!;
        var sda = disk.Devices.Single(device => device.Name == "sda");

        Assert.Equal(100.0 * 800 / 2000, sda.BusyPercent!.Value, 9);
        Assert.Equal((500.0 + 500) / 300, sda.AwaitMs!.Value, 9);
        Assert.Equal(2000.0 / 2000, sda.QueueLength!.Value, 9);
        Assert.Equal(40, disk.BusyPercent!.Value, 9);
        Assert.Null(disk.Devices.Single(device => device.Name == "mmcblk0").AwaitMs);
    }

    [Fact]
    public void Network_totals_leave_out_the_loopback_and_what_another_interface_counts()
    {
        var network = Recorded().Network!;

        Assert.Equal(5, network.Interfaces.Count);
        Assert.Equal(["eth0", "wlan0"], network.Interfaces.Where(network => network.InTotal).Select(network => network.Name));
        Assert.Equal(["veth4B09XN", "docker0"], network.Interfaces.Where(network => network.Virtual).Select(network => network.Name));
        Assert.Equal((100000 + 100000) / 2.0, network.ReceivedBytesPerS);
        Assert.Equal((50000 + 10000) / 2.0, network.SentBytesPerS);
        Assert.Equal(2 / 2.0, network.ErrorsPerS);
        Assert.Equal((4 + 6) / 2.0, network.DropsPerS);
        Assert.Equal(1000 / 2.0, network.Interfaces.Single(network => network.Name == "veth4B09XN").ReceivedBytesPerS);
    }

    [Fact]
    public void Tcp_counters_are_found_by_their_title()
    {
        var tcp = Recorded().Network!.Tcp!;

        Assert.Equal(1000 / 2.0, tcp.SegmentsSentPerS);
        Assert.Equal(20 / 2.0, tcp.RetransmitsPerS);
        Assert.Equal(2, tcp.RetransmitPercent!.Value, 9);
        Assert.Equal(3 / 2.0, tcp.ListenOverflowsPerS);
        Assert.Equal(4 / 2.0, tcp.ListenDropsPerS);
    }

    [Fact]
    public void Pressure_has_the_kernels_means_and_the_share_of_the_window()
    {
        var pressure = Recorded().Cpu!.Pressure!;

        // 100,000 and 10,000 microseconds of stall in 2 s.
        Assert.Equal(5, pressure.Some!.Percent!.Value, 9);
        Assert.Equal(0.5, pressure.Full!.Percent!.Value, 9);
        Assert.Equal(30, pressure.Some.Avg10);
        Assert.Equal(28, pressure.Some.Avg60);
        Assert.Equal(4, pressure.Some.Avg300);
    }

    [Fact]
    public void A_machine_without_any_of_the_files_has_nulls_and_names_what_is_missing()
    {
        using var machine = new FakeMachine();
        machine.Sample();
        machine.Sample();
        var result = machine.Report();

        Assert.Null(result.Cpu!.Percent);
        Assert.Null(result.Cpu.Pressure);
        Assert.Null(result.Cpu.Cores);
        Assert.Empty(result.Cpu.PerCpu);
        Assert.Equal([null, null, null], result.Cpu.LoadAverage);
        Assert.Null(result.Memory!.TotalBytes);
        Assert.Null(result.Memory.Percent);
        Assert.Null(result.Disk!.ReadBytesPerS);
        Assert.Null(result.Network!.ReceivedBytesPerS);
        Assert.Null(result.Process.RssBytes);
        Assert.Null(result.Container);
        Assert.Contains("cpu.percent", result.Coverage.Unsupported);
        Assert.Contains("memory.pressure_percent", result.Coverage.Unsupported);
    }
}
