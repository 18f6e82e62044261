using Patchbay.Tools.System.Performance;

namespace Patchbay.Tools.System.Tests.Linux;

public sealed class ContainerTests
{
    private const string V2Mount = "31 23 0:28 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n";
    private const string Gibibyte = "1073741824";

    [Fact]
    public void Version_2_takes_the_tightest_limit_on_the_way_up_and_figures_are_relative_to_it()
    {
        using var machine = Host();
        machine.Write("proc/self/mountinfo", V2Mount).Write("proc/self/cgroup", "0::/pod/app\n");
        V2(machine, "", cpuMax: null, memoryMax: null, usage: 0, current: 0);
        V2(machine, "pod", cpuMax: "150000 100000", memoryMax: Gibibyte, usage: 9_000_000, current: 900_000_000);
        V2(machine, "pod/app", cpuMax: "max 100000", memoryMax: "2147483648", usage: 1_000_000, current: 600_000_000);
        machine.Sample();
        V2(machine, "pod/app", cpuMax: "max 100000", memoryMax: "2147483648", usage: 2_500_000, current: 636_870_912);
        machine.Sample(2);
        var result = machine.Report(interval: 2);

        Assert.Equal(MetricScope.Container, result.Scope);
        Assert.Equal("v2", result.Container!.Cgroup);
        Assert.Equal(1.5, result.Container.CpuLimitCores);
        Assert.Equal(1L << 30, result.Container.MemoryLimitBytes);
        Assert.Equal(2_500_000, result.Container.CpuUsageUs);
        // 1.5 s of CPU in 2 s, of 1.5 CPUs.
        Assert.Equal(50, result.Cpu!.Percent!.Value, 9);
        Assert.Equal(1.5, result.Cpu.LimitCores);
        // Current less 100,000,000 bytes of inactive file pages.
        Assert.Equal(536_870_912, result.Container.MemoryWorkingSetBytes);
        Assert.Equal(50, result.Memory!.Percent!.Value, 9);
        Assert.Equal(1L << 30, result.Memory.TotalBytes);
        Assert.Equal(1L << 29, result.Memory.AvailableBytes);
        Assert.Equal(7, result.Container.OomKills);
        // 20 of 40 periods, 300 ms in 2 s.
        Assert.Equal(5, result.Container.ThrottledPeriods);
        Assert.Equal(700_000, result.Container.ThrottledUs);
    }

    [Fact]
    public void Both_scopes_are_there_and_each_names_itself()
    {
        using var machine = Host();
        machine.Write("proc/self/mountinfo", V2Mount).Write("proc/self/cgroup", "0::/app\n");
        V2(machine, "app", cpuMax: "50000 100000", memoryMax: Gibibyte, usage: 0, current: 500_000_000);
        machine.Sample();
        machine.Load("second");
        V2(machine, "app", cpuMax: "50000 100000", memoryMax: Gibibyte, usage: 100_000, current: 500_000_000);
        machine.Sample();
        var result = machine.Report();

        Assert.Equal(MetricScope.Container, result.Cpu!.Scope);
        Assert.Equal(20, result.Cpu.Percent!.Value, 9);
        Assert.Null(result.Cpu.Steal);
        Assert.Equal(MetricScope.Host, result.Host!.Cpu!.Scope);
        Assert.Equal(50, result.Host.Cpu.Percent!.Value, 9);
        Assert.Equal(8.25, result.Host.Cpu.Steal!.Value, 9);
        Assert.Equal(16307996L * 1024, result.Host.Memory!.TotalBytes);
        Assert.Equal(20, machine.Sampler.CpuPercent!.Value, 9);
        Assert.Equal([null, 20], result.History.Series["cpu.percent"]);
    }

    [Fact]
    public void Throttling_is_counted_over_the_window()
    {
        using var machine = Host();
        machine.Write("proc/self/mountinfo", V2Mount).Write("proc/self/cgroup", "0::/app\n");
        V2(machine, "app", "50000 100000", Gibibyte, usage: 0, current: 1, periods: 100, throttled: 10, throttledUs: 1_000_000);
        machine.Sample();
        V2(machine, "app", "50000 100000", Gibibyte, usage: 0, current: 1, periods: 140, throttled: 30, throttledUs: 1_300_000);
        machine.Sample(2);
        var container = machine.Report(interval: 2).Container!;

        Assert.Equal(50, container.ThrottledPercent);
        Assert.Equal(150, container.ThrottledMsPerS);
    }

    [Fact]
    public void A_group_without_limits_leaves_the_host_in_charge_and_is_still_reported()
    {
        using var machine = Host();
        machine.Write("proc/self/mountinfo", V2Mount).Write("proc/self/cgroup", "0::/app\n");
        V2(machine, "app", "max 100000", "max", usage: 0, current: 1000);
        machine.Sample();
        var result = machine.Report();

        Assert.Equal(MetricScope.Host, result.Scope);
        Assert.Null(result.Host);
        Assert.Null(result.Container!.CpuLimitCores);
        Assert.Null(result.Container.MemoryLimitBytes);
        Assert.Equal(1000, result.Container.MemoryUsageBytes);
        Assert.Equal(16307996L * 1024, result.Memory!.TotalBytes);
    }

    [Fact]
    public void A_limit_wider_than_the_machine_is_none()
    {
        using var machine = Host();
        machine.Write("proc/self/mountinfo", V2Mount).Write("proc/self/cgroup", "0::/app\n");
        V2(machine, "app", "800000 100000", "99999999999999", usage: 0, current: 1000);
        machine.Sample();
        var result = machine.Report();

        Assert.Equal(MetricScope.Host, result.Scope);
        Assert.Equal(8, result.Container!.CpuLimitCores);
    }

    [Theory]
    [InlineData("-1", null)]
    [InlineData("200000", 2.0)]
    public void Version_1_reads_each_controller_where_it_is_mounted(string quota, double? limit)
    {
        using var machine = Host();
        // A container without a namespace of its own: the path of the group begins with the root of the mount.
        machine.Write("proc/self/mountinfo",
                "32 31 0:29 /docker/abc /sys/fs/cgroup/cpu,cpuacct rw master:1 - cgroup cgroup rw,cpu,cpuacct\n"
                + "33 31 0:30 /docker/abc /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n")
            .Write("proc/self/cgroup", "5:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n1:name=systemd:/docker/abc\n")
            .Write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", quota + "\n")
            .Write("sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n")
            .Write("sys/fs/cgroup/cpu,cpuacct/cpu.stat", "nr_periods 10\nnr_throttled 4\nthrottled_time 5000000000\n")
            .Write("sys/fs/cgroup/cpu,cpuacct/cpuacct.usage", "1000000000\n")
            .Write("sys/fs/cgroup/cpu,cpuacct/cpuacct.stat", "user 60\nsystem 40\n")
            .Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n")
            .Write("sys/fs/cgroup/memory/memory.usage_in_bytes", "500000\n")
            .Write("sys/fs/cgroup/memory/memory.stat", "inactive_file 1\ntotal_inactive_file 100000\n")
            .Write("sys/fs/cgroup/memory/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n");
        machine.Sample();
        machine.Write("sys/fs/cgroup/cpu,cpuacct/cpuacct.usage", "2000000000\n").Write("sys/fs/cgroup/cpu,cpuacct/cpuacct.stat", "user 140\nsystem 60\n");
        machine.Sample();
        var result = machine.Report();

        Assert.Equal("v1", result.Container!.Cgroup);
        Assert.Equal(limit, result.Container.CpuLimitCores);
        Assert.Null(result.Container.MemoryLimitBytes);
        Assert.Equal(400_000, result.Container.MemoryWorkingSetBytes);
        Assert.Equal(2, result.Container.OomKills);
        Assert.Equal(2_000_000, result.Container.CpuUsageUs);
        Assert.Equal(5_000_000, result.Container.ThrottledUs);
        if (limit is null)
            return;
        // One second of CPU in one second, of two CPUs; 0.8 s of it user time.
        Assert.Equal(50, result.Cpu!.Percent!.Value, 9);
        Assert.Equal(40, result.Cpu.User!.Value, 9);
        Assert.Equal(10, result.Cpu.System!.Value, 9);
    }

    [Fact]
    public void A_hybrid_host_is_decided_by_controller()
    {
        using var machine = Host();
        machine.Write("proc/self/mountinfo",
                "30 24 0:26 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n33 31 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n")
            .Write("proc/self/cgroup", "4:memory:/app\n0::/app.scope\n")
            .Write("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n")
            .Write("sys/fs/cgroup/memory/app/memory.limit_in_bytes", Gibibyte + "\n")
            .Write("sys/fs/cgroup/memory/app/memory.usage_in_bytes", "268435456\n")
            .Write("sys/fs/cgroup/memory/app/memory.stat", "total_inactive_file 0\n")
            .Write("sys/fs/cgroup/unified/app.scope/cpu.max", "100000 100000\n")
            .Write("sys/fs/cgroup/unified/app.scope/cpu.stat", "usage_usec 1\nuser_usec 1\nsystem_usec 0\n");
        machine.Sample();
        var result = machine.Report();

        Assert.Equal("hybrid", result.Container!.Cgroup);
        Assert.Equal(1, result.Container.CpuLimitCores);
        Assert.Equal(25, result.Memory!.Percent!.Value, 9);
    }

    // Three CPUs and 16 GB.
    private static FakeMachine Host() => new FakeMachine().Load("first");

    private static void V2(
        FakeMachine machine, string group, string? cpuMax, string? memoryMax, long usage, long current, long periods = 9, long throttled = 5, long throttledUs = 700_000)
    {
        var folder = Path.Combine("sys/fs/cgroup", group);
        machine.Write($"{folder}/cgroup.controllers", "cpu memory\n")
            .Write($"{folder}/cpu.stat", $"usage_usec {usage}\nuser_usec {usage}\nsystem_usec 0\nnr_periods {periods}\nnr_throttled {throttled}\nthrottled_usec {throttledUs}\n");
        if (cpuMax is null || memoryMax is null)
            return;
        machine.Write($"{folder}/cpu.max", cpuMax + "\n").Write($"{folder}/memory.max", memoryMax + "\n")
            .Write($"{folder}/memory.current", $"{current}\n").Write($"{folder}/memory.stat", "anon 5\ninactive_file 100000000\n")
            .Write($"{folder}/memory.events", "low 0\noom 8\noom_kill 7\n");
    }
}
