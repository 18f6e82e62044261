using System.Text;
using Microsoft.Extensions.Options;
using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.System.Checks;
using Patchbay.Tools.System.Linux;

namespace Patchbay.Tools.System.Tests.Checks;

/// <summary>Each injected fault is found by the check that owns it, with what was seen, the limit, and a hint.</summary>
public sealed class MachineChecksTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(101, CheckStatus.Healthy, 10)]
    [InlineData(100, CheckStatus.Healthy, 10)]
    [InlineData(99, CheckStatus.Degraded, 10)]
    [InlineData(50, CheckStatus.Degraded, 10)]
    [InlineData(49, CheckStatus.Unhealthy, 5)]
    public async Task Little_available_memory_is_found(int available, CheckStatus status, double threshold)
    {
        using var machine = new FakeMachine();
        machine.Write("proc/meminfo", $"MemTotal: 1000 kB\nMemFree: 10 kB\nMemAvailable: {available} kB\n");
        machine.Sample();
        var check = await LookAsync(machine, "memory.available");

        Assert.Equal(status, check.Status);
        Assert.Equal(available / 10.0, check.Observed!.Value, 9);
        Assert.Equal("percent", check.Unit);
        Assert.Equal(threshold, check.Threshold);
        Assert.Equal(available * 1024.0, check.Evidence!["available_bytes"]);
        Assert.Equal(status == CheckStatus.Healthy, check.Hint is null);
    }

    [Theory]
    [InlineData(86, CheckStatus.Degraded)]
    [InlineData(96, CheckStatus.Unhealthy)]
    [InlineData(80, CheckStatus.Healthy)]
    public async Task A_filesystem_that_is_nearly_full_is_found_and_one_that_is_read_only_is_not_its_business(int used, CheckStatus status)
    {
        using var machine = new FakeMachine
        {
            // The disc is full, as every disc is.
            StatVfs = path => Encoding.UTF8.GetString(path).Contains("disc")
                ? new FilesystemSizes(100, 0, 0, 10, 0)
                : new FilesystemSizes(Total: 100 << 20, Free: (100 - used) << 20, Available: (100 - used) << 20, Inodes: 100, InodesFree: 100 - used),
        };
        machine.Write("proc/mounts", "/dev/sda1 / ext4 rw 0 0\n/dev/sr0 /media/disc iso9660 ro 0 0\n");
        machine.Sample();
        machine.Filesystems!.Pass();
        var checks = await AllAsync(machine);

        Assert.Equal((status, 100 - used), Told(checks, "disk.space"));
        Assert.Equal((status, 100 - used), Told(checks, "disk.inodes"));
        Assert.Equal((100.0 - used) * (1 << 20), checks.Single(check => check.Id == "disk.space").Evidence!["available_bytes"]);
    }

    [Theory]
    [InlineData("0.50 avg60=0.75", CheckStatus.Healthy)]
    [InlineData("50.00 avg60=3.00", CheckStatus.Healthy)]
    [InlineData("50.00 avg60=41.00", CheckStatus.Degraded)]
    [InlineData("10.00 avg60=96.00", CheckStatus.Unhealthy)]
    public async Task Pressure_is_a_fault_when_both_means_say_so_and_a_bad_one_when_the_longer_does(string averages, CheckStatus status)
    {
        using var machine = new FakeMachine();
        machine.Write("proc/pressure/cpu", $"some avg10={averages} avg300=0.00 total=1\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
        machine.Sample();

        Assert.Equal(status, (await LookAsync(machine, "cpu.pressure")).Status);
    }

    [Fact]
    public async Task Without_pressure_files_or_where_the_kernel_refuses_to_read_them_the_check_is_skipped()
    {
        using var machine = new FakeMachine();
        // A file that can be opened and not read, as with psi=0: EOPNOTSUPP there, EIO here.
        Directory.CreateDirectory(Path.Combine(machine.Proc, "pressure"));
        File.CreateSymbolicLink(Path.Combine(machine.Proc, "pressure/memory"), "/proc/self/mem");
        machine.Sample();
        machine.Sample();

        Assert.Equal(CheckStatus.Skipped, (await LookAsync(machine, "memory.pressure")).Status);
        Assert.Equal(CheckStatus.Skipped, (await LookAsync(machine, "cpu.pressure")).Status);
        Assert.Null(machine.Report().Memory!.Pressure);
    }

    [Fact]
    public async Task Load_steal_iowait_swap_kills_and_lost_packets_are_found()
    {
        using var machine = new FakeMachine();
        machine.Write("proc/loadavg", "25.00 1 1 1/1 1\n").Write("proc/stat", "cpu  0 0 0 0 0 0 0 0\ncpu0 0 0 0 0 0 0 0 0\ncpu1 0 0 0 0 0 0 0 0\n")
            .Write("proc/meminfo", "MemTotal: 1000 kB\nMemFree: 500 kB\nMemAvailable: 500 kB\n").Write("proc/vmstat", "pgmajfault 0\npswpin 0\npswpout 0\noom_kill 0\n")
            .Write("proc/net/dev", "eth0: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n")
            .Write("proc/net/snmp", "Tcp: OutSegs RetransSegs\nTcp: 0 0\n").Write("proc/net/netstat", "TcpExt: ListenOverflows ListenDrops\nTcpExt: 0 0\n");
        machine.Sample();
        machine.Write("proc/stat", "cpu  100 0 0 50 25 0 0 25\ncpu0 0 0 0 0 0 0 0 0\ncpu1 0 0 0 0 0 0 0 0\n").Write("proc/vmstat", "pgmajfault 0\npswpin 50000\npswpout 0\noom_kill 2\n")
            .Write("proc/net/dev", "eth0: 0 0 60 60 0 0 0 0 0 0 0 0 0 0 0 0\n")
            .Write("proc/net/snmp", "Tcp: OutSegs RetransSegs\nTcp: 1000 60\n").Write("proc/net/netstat", "TcpExt: ListenOverflows ListenDrops\nTcpExt: 3 4\n");
        machine.Sample();
        var checks = await AllAsync(machine);

        Assert.Equal((CheckStatus.Unhealthy, 12.5), Told(checks, "cpu.load"));
        Assert.Equal((CheckStatus.Degraded, 12.5), Told(checks, "cpu.steal"));
        Assert.Equal((CheckStatus.Healthy, 12.5), Told(checks, "cpu.iowait"));
        Assert.Equal((CheckStatus.Unhealthy, 50000.0 * Environment.SystemPageSize), Told(checks, "memory.swap"));
        Assert.Equal((CheckStatus.Degraded, 2), Told(checks, "memory.oom_kills"));
        Assert.Equal((CheckStatus.Unhealthy, 120), Told(checks, "network.errors"));
        Assert.Equal((CheckStatus.Unhealthy, 6), Told(checks, "tcp.retransmits"));
        Assert.Equal((CheckStatus.Degraded, 4), Told(checks, "tcp.listen_overflows"));
    }

    [Fact]
    public async Task A_retransmit_ratio_over_a_handful_of_segments_is_unknown()
    {
        using var machine = new FakeMachine();
        machine.Write("proc/net/snmp", "Tcp: OutSegs RetransSegs\nTcp: 0 0\n");
        machine.Sample();
        machine.Write("proc/net/snmp", "Tcp: OutSegs RetransSegs\nTcp: 49 40\n");
        machine.Sample();

        Assert.Equal(CheckStatus.Unknown, (await LookAsync(machine, "tcp.retransmits")).Status);
    }

    [Theory]
    [InlineData(7, CheckStatus.Healthy)]
    [InlineData(8, CheckStatus.Degraded)]
    [InlineData(10, CheckStatus.Unhealthy)]
    public async Task Descriptors_that_are_nearly_used_up_are_found(int open, CheckStatus status)
    {
        using var machine = new FakeMachine();
        machine.Write("proc/self/limits", "Limit                     Soft Limit           Hard Limit           Units     \nMax open files            10                   524288               files     \n");
        for (var i = 0; i < open; i++)
            machine.Write($"proc/self/fd/{i}", "");
        var check = await LookAsync(machine, "process.file_descriptors");

        Assert.Equal(status, check.Status);
        Assert.Equal(open * 10.0, check.Observed);
        Assert.Equal(10, check.Evidence!["soft_limit"]);
    }

    [Fact]
    public async Task Tables_of_the_kernel_that_fill_up_are_found()
    {
        using var machine = new FakeMachine();
        machine.Write("proc/sys/fs/file-nr", "900\t0\t1000\n").Write("proc/sys/kernel/random/entropy_avail", "20\n")
            .Write("proc/sys/net/netfilter/nf_conntrack_count", "960\n").Write("proc/sys/net/netfilter/nf_conntrack_max", "1000\n")
            .Write("proc/net/sockstat", "sockets: used 1\nTCP: inuse 5 orphan 0 tw 600 alloc 7 mem 1\n").Write("proc/sys/net/ipv4/tcp_max_tw_buckets", "1000\n")
            .Write("proc/sys/net/ipv4/ip_local_port_range", "32768\t32771\n")
            // Ports 32768 and 32770 in the range, one of them twice; 8080 is not.
            .Write("proc/net/tcp", "  sl  local_address rem_address\n   0: 0100007F:8000 0100007F:1F90 01\n   1: 0100007F:1F90 0100007F:8000 01\n   2: 0200007F:8000 0100007F:1F91 01\n")
            .Write("proc/net/tcp6", "  sl  local_address\n   0: 00000000000000000000000001000000:8002 0:0 01\n");
        for (var i = 0; i < 12; i++)
            machine.Write($"proc/{100 + i}/stat", $"{100 + i} (a) Z b) {(i < 11 ? 'Z' : 'S')} 1 1 1\n");
        var checks = await AllAsync(machine);

        Assert.Equal((CheckStatus.Degraded, 90), Told(checks, "system.file_descriptors"));
        Assert.Equal((CheckStatus.Unhealthy, 20), Told(checks, "system.entropy"));
        Assert.Equal((CheckStatus.Unhealthy, 96), Told(checks, "network.conntrack"));
        Assert.Equal((CheckStatus.Degraded, 60), Told(checks, "tcp.time_wait"));
        Assert.Equal((CheckStatus.Healthy, 50), Told(checks, "tcp.ephemeral_ports"));
        Assert.Equal((CheckStatus.Degraded, 11), Told(checks, "system.zombies"));
    }

    [Fact]
    public async Task A_throttled_container_is_found()
    {
        using var machine = new FakeMachine().Load("first");
        machine.Write("proc/self/mountinfo", "31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n").Write("proc/self/cgroup", "0::/app\n")
            .Write("sys/fs/cgroup/app/cpu.max", "50000 100000\n").Write("sys/fs/cgroup/app/cpu.stat", "usage_usec 0\nnr_periods 100\nnr_throttled 0\nthrottled_usec 0\n");
        machine.Sample();
        machine.Write("sys/fs/cgroup/app/cpu.stat", "usage_usec 0\nnr_periods 110\nnr_throttled 6\nthrottled_usec 0\n");
        machine.Sample();

        Assert.Equal((CheckStatus.Unhealthy, 60), Told(await AllAsync(machine), "cpu.throttled"));
    }

    [Fact]
    public async Task A_clock_that_was_set_and_a_sampler_that_stands_still_are_found()
    {
        using var machine = new FakeMachine();
        machine.Sample();
        machine.Time.SetWallForward(TimeSpan.FromSeconds(-30));
        machine.Sample();
        Assert.Equal((CheckStatus.Degraded, 30), Told(await AllAsync(machine), "clock.step"));
        Assert.Equal((CheckStatus.Healthy, 0), Told(await AllAsync(machine), "sampler.age"));

        machine.Time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal((CheckStatus.Unhealthy, 20), Told(await AllAsync(machine), "sampler.age"));
        machine.Time.Advance(TimeSpan.FromMinutes(10));
        Assert.Equal(CheckStatus.Healthy, (await LookAsync(machine, "clock.step")).Status);
    }

    [Fact]
    public async Task A_timer_that_came_late_is_found()
    {
        using var machine = new FakeMachine();
        machine.Sample();
        machine.Sample(1.5);
        machine.Sample();

        var check = await LookAsync(machine, "runtime.timer_drift");
        Assert.Equal(CheckStatus.Degraded, check.Status);
        Assert.Equal(0.5, check.Observed!.Value, 9);
    }

    [Fact]
    public async Task A_machine_without_any_of_it_skips_and_nothing_fails()
    {
        using var machine = new FakeMachine();
        machine.Sample();
        machine.Sample();
        var checks = await AllAsync(machine);

        Assert.All(checks, check => Assert.DoesNotContain("It failed", check.Message));
        foreach (var id in new[] { "cpu.load", "cpu.pressure", "cpu.steal", "memory.available", "memory.swap", "network.errors", "tcp.retransmits", "network.conntrack", "tcp.time_wait", "system.entropy" })
            Assert.Equal(CheckStatus.Skipped, checks.Single(check => check.Id == id).Status);
    }

    private static (CheckStatus Status, double? Observed) Told(IEnumerable<CheckResult> checks, string id)
    {
        var check = checks.Single(check => check.Id == id);
        // Every fault comes with a way out.
        Assert.Equal(check.Status is CheckStatus.Degraded or CheckStatus.Unhealthy, check.Hint is not null);
        return (check.Status, check.Observed is { } observed ? Math.Round(observed, 9) : null);
    }

    private static async Task<CheckResult> LookAsync(FakeMachine machine, string id) => (await AllAsync(machine)).Single(check => check.Id == id);

    private static async Task<IReadOnlyList<CheckResult>> AllAsync(FakeMachine machine)
    {
        using var faults = new UnobservedFaults();
        var options = new SystemOptions { ProcRoot = machine.Proc, RootFs = machine.Root, ProbeDirectory = machine.Root };
        using var pool = new ThreadPoolWatch(item => item(), machine.Time);
        pool.Look();
        var checks = BuiltInChecks.Of(machine.Sampler, faults, pool, options, machine.Time);
        var runner = new DiagnosticRunner(checks, [], Options.Create(options), machine.Time);
        return (await runner.RunAsync(null, DiagnosticLevel.Detailed, Token)).Checks;
    }
}
