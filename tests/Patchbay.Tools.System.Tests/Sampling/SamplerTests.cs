using Patchbay.Tools.System.History;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Tests.Sampling;

public sealed class SamplerTests
{
    [Fact]
    public void The_first_sample_has_levels_and_no_rates()
    {
        using var machine = new FakeMachine().Load("first");
        machine.Sample();
        var result = machine.Report();

        Assert.Null(result.Cpu!.Percent);
        Assert.Null(result.MeasuredS);
        Assert.Null(result.Disk!.ReadBytesPerS);
        Assert.Null(result.Network!.ReceivedBytesPerS);
        Assert.All(result.Disk.Devices, device => Assert.Null(device.ReadBytesPerS));
        Assert.NotNull(result.Memory!.Percent);
        Assert.Equal([0.21, 0.37, 0.39], result.Cpu.LoadAverage);
        Assert.True(result.Coverage.FirstSample);
        Assert.False(machine.Sampler.HasRates.IsCompleted);
        Assert.Null(machine.Sampler.CpuPercent);
    }

    [Fact]
    public void The_headline_figures_are_those_of_the_last_second()
    {
        using var machine = new FakeMachine().Load("first");
        machine.Sample();
        machine.Load("second");
        machine.Sample();

        Assert.True(machine.Sampler.HasRates.IsCompleted);
        Assert.Equal(50, machine.Sampler.CpuPercent!.Value, 9);
        Assert.Equal(100.0 * (16307996 - 7214084) / 16307996, machine.Sampler.MemoryPercent!.Value, 9);
    }

    [Fact]
    public void Rates_are_taken_over_the_samples_nearest_to_the_interval()
    {
        using var machine = new FakeMachine();
        // Received bytes rise by 1000, 2000, 3000 ... a second.
        for (var second = 0; second <= 10; second++)
        {
            machine.Write("proc/net/dev", Interface("eth0", 500L * second * (second + 1)));
            machine.Sample();
        }

        Assert.Equal(10000, machine.Report(interval: 1).Network!.ReceivedBytesPerS);
        Assert.Equal((8000 + 9000 + 10000) / 3.0, machine.Report(interval: 3).Network!.ReceivedBytesPerS);
        Assert.Equal(5500, machine.Report(interval: 60).Network!.ReceivedBytesPerS);
        Assert.Equal(10, machine.Report(interval: 60).MeasuredS);
        Assert.Equal(60, machine.Report(interval: 60).IntervalS);
    }

    [Fact]
    public void Rates_use_the_measured_time_not_the_nominal_one()
    {
        using var machine = new FakeMachine();
        machine.Write("proc/net/dev", Interface("eth0", 0));
        machine.Sample();
        machine.Write("proc/net/dev", Interface("eth0", 1500));
        machine.Sample(1.25);

        Assert.Equal(1200, machine.Report().Network!.ReceivedBytesPerS);
    }

    [Fact]
    public void A_counter_that_goes_back_is_a_new_baseline()
    {
        using var machine = new FakeMachine();
        foreach (var bytes in new long[] { 1_000_000, 1_001_000, 40, 540 })
        {
            machine.Write("proc/net/dev", Interface("eth0", bytes));
            machine.Sample();
        }

        // 1000 in the first step, nothing known of the second, 500 in the third.
        Assert.Equal([null, 1000, null, 500], machine.Report().History.Series["network.received_bytes_per_s"]);
        Assert.Equal(500, machine.Report(interval: 60).Network!.ReceivedBytesPerS);
    }

    [Fact]
    public void A_cpu_that_came_back_with_less_idle_time_starts_anew()
    {
        using var machine = new FakeMachine();
        machine.Write("proc/stat", "cpu  0 0 0 9000 0 0 0 0 0 0\ncpu0 100 0 0 5000 0 0 0 0 0 0\ncpu1 100 0 0 4000 0 0 0 0 0 0\n");
        machine.Sample();
        // cpu1 lost 3,700 ticks of idle time and so starts anew; cpu0 lost 2 by the kernel's rounding and is clamped.
        machine.Write("proc/stat", "cpu  50 0 0 9050 0 0 0 0 0 0\ncpu0 150 0 0 4998 50 0 0 0 0 0\ncpu1 190 0 0 300 0 0 0 0 0 0\n");
        machine.Sample();
        var cpu = machine.Report().Cpu!;
        Assert.Equal([50, null], cpu.PerCpu);

        machine.Write("proc/stat", "cpu  100 0 0 9100 0 0 0 0 0 0\ncpu0 200 0 0 5048 50 0 0 0 0 0\ncpu1 215 0 0 375 0 0 0 0 0 0\n");
        machine.Sample();
        Assert.Equal([50, 25], machine.Report().Cpu!.PerCpu);
    }

    [Fact]
    public void A_device_that_appears_has_rates_from_its_second_sample_on()
    {
        using var machine = new FakeMachine();
        machine.Write("proc/net/dev", Interface("eth0", 0));
        machine.Sample();
        machine.Write("proc/net/dev", Interface("eth0", 100) + Line("usb0", 7_000_000));
        machine.Sample();
        Assert.Equal([100, null], machine.Report().Network!.Interfaces.Select(network => network.ReceivedBytesPerS));

        machine.Write("proc/net/dev", Interface("eth0", 200) + Line("usb0", 7_000_050));
        machine.Sample();
        Assert.Equal([100, 50], machine.Report(interval: 2).Network!.Interfaces.Select(network => network.ReceivedBytesPerS));
    }

    [Fact]
    public void A_device_that_went_away_is_no_longer_listed_and_comes_back_with_a_new_baseline()
    {
        using var machine = new FakeMachine();
        string[] generations = [Interface("eth0", 0) + Line("usb0", 10), Interface("eth0", 1), Interface("eth0", 2) + Line("usb0", 9_000_000)];
        foreach (var generation in generations[..2])
        {
            machine.Write("proc/net/dev", generation);
            machine.Sample();
        }

        Assert.Equal(["eth0"], machine.Report().Network!.Interfaces.Select(network => network.Name));
        machine.Write("proc/net/dev", generations[2]);
        machine.Sample();
        Assert.Null(machine.Report().Network!.Interfaces.Single(network => network.Name == "usb0").ReceivedBytesPerS);
        Assert.Equal(1, machine.Report().Network!.ReceivedBytesPerS);
    }

    [Fact]
    public void After_a_stall_the_rates_start_anew_and_the_history_has_a_hole()
    {
        using var machine = new FakeMachine();
        var bytes = 0L;
        foreach (var after in new[] { 1.0, 1.0, 5.0, 1.0 })
        {
            machine.Write("proc/net/dev", Interface("eth0", bytes += 1000));
            machine.Sample(after);
        }

        var result = machine.Report();
        // Seconds 0 and 1, a hole of four, the sample after it without a rate, and one with.
        Assert.Equal([null, 1000, null, null, null, null, null, 1000], result.History.Series["network.received_bytes_per_s"]);
        Assert.Equal(1, result.Coverage.Gaps);
    }

    [Fact]
    public void A_machine_that_slept_shows_it_although_its_monotonic_clock_stood_still()
    {
        using var machine = new FakeMachine();
        machine.Write("proc/net/dev", Interface("eth0", 0));
        machine.Sample();
        machine.Time.SetWallForward(TimeSpan.FromSeconds(100));
        machine.Write("proc/net/dev", Interface("eth0", 1_000_000));
        machine.Sample();

        var result = machine.Report();
        Assert.Null(result.Network!.ReceivedBytesPerS);
        Assert.Equal(1, result.Coverage.Gaps);
        Assert.Equal(102, result.History.Series["network.received_bytes_per_s"].Length);
        Assert.Equal(TimeSpan.FromSeconds(100), machine.Sampler.ClockStep);
    }

    [Fact]
    public void A_clock_that_was_set_back_does_not_turn_the_history_round()
    {
        using var machine = new FakeMachine().Load("first");
        for (var i = 0; i < 5; i++)
            machine.Sample();
        machine.Time.SetWallForward(TimeSpan.FromHours(-1));
        machine.Sample();

        var result = machine.Report();
        Assert.Equal(6, result.History.Series["memory.percent"].Length);
        Assert.Equal(result.SampledAt.AddSeconds(-5), result.History.T0);
        Assert.Equal(0, result.Coverage.Gaps);
    }

    [Fact]
    public void A_timer_that_wavers_loses_no_sample_and_leaves_no_hole()
    {
        using var machine = new FakeMachine();
        var level = 0;
        foreach (var after in new[] { 1, 0.95, 1.05, 0.9, 1.1, 1.9, 0.6, 0.9, 1.0 })
        {
            machine.Write("proc/meminfo", $"MemTotal: 1000 kB\nMemFree: 0 kB\nMemAvailable: {1000 - ++level} kB\n");
            machine.Sample(after);
        }

        var used = machine.Report().History.Series["memory.used_bytes"];
        Assert.DoesNotContain(null, used);
        Assert.Equal(Enumerable.Range(1, 9).Select(kibibytes => kibibytes * 1024.0), used.Select(value => value!.Value).Distinct());
    }

    [Fact]
    public void A_sample_allocates_nothing_in_steady_state()
    {
        using var machine = new FakeMachine().Load("first").Load("second");
        for (var i = 0; i < 200; i++)
            machine.Sample();

        Assert.Equal(0, LeastAllocated(machine.Sampler));
    }

    [Fact]
    public void A_sample_of_this_very_machine_allocates_nothing_in_steady_state()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Only the reader of Linux promises it.");
        var time = new ManualTime();
        using var sources = SourceFactory.Create(new SystemOptions(), time);
        using var sampler = new Sampler(sources, time);
        for (var i = 0; i < 200; i++)
            sampler.Sample();

        Assert.Equal(0, LeastAllocated(sampler));
    }

    [Fact]
    public void Every_series_has_a_name_of_its_own()
    {
        Assert.Equal(Enum.GetValues<SeriesId>().Length, SeriesNames.Count);
        Assert.Equal(SeriesNames.Count, Enum.GetValues<SeriesId>().Select(series => series.Name()).Distinct().Count());
    }

    // The runtime itself allocates a thread object on whichever thread first asks it to compile something better, so of five rounds the
    // quietest counts. A round is far longer than any period in the sampler: what allocates now and then would show in each.
    private static long LeastAllocated(Sampler sampler)
    {
        var least = long.MaxValue;
        for (var round = 0; round < 5; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 2_000; i++)
                sampler.Sample();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }

    private static string Interface(string name, long received) =>
        "Inter-|   Receive                                                |  Transmit\n face |bytes    packets errs drop\n" + Line(name, received);

    private static string Line(string name, long received) => $"{name,6}: {received} 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n";
}
