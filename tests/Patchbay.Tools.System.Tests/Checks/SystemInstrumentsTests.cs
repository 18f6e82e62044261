using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Patchbay.Tools.System.Checks;
using Patchbay.Tools.System.Telemetry;

namespace Patchbay.Tools.System.Tests.Checks;

/// <summary>The machine's figures as instruments, on a recorded machine.</summary>
public sealed class SystemInstrumentsTests
{
    [Fact]
    public async Task Instruments_tell_the_newest_sample_in_base_units_and_leave_out_what_is_not_known()
    {
        using var machine = new FakeMachine().Load("first");
        using var pool = new ThreadPoolWatch(item => item(), machine.Time);
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var factory = services.GetRequiredService<IMeterFactory>();
        await new SystemInstruments(machine.Sampler, pool, factory).StartAsync(TestContext.Current.CancellationToken);
        machine.Sample();

        var first = Collect(factory);
        machine.Load("second").Sample();
        var second = Collect(factory);

        // MemAvailable and MemTotal of the recorded trees, in KiB.
        Assert.Equal(9_214_084L * 1024, first["system.memory.linux.available"]);
        Assert.Equal(7_214_084L * 1024, second["system.memory.linux.available"]);
        Assert.Equal((16_307_996 - 7_214_084) / 16_307_996.0, second["system.memory.utilization"], 12);
        // A share of time takes two samples.
        Assert.False(first.ContainsKey("system.cpu.utilization"));
        Assert.InRange(second["system.cpu.utilization"], double.Epsilon, 1);
        Assert.Equal(machine.Sampler.CpuPercent!.Value / 100, second["system.cpu.utilization"], 12);
    }

    private static Dictionary<string, double> Collect(IMeterFactory factory)
    {
        var found = new Dictionary<string, double>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Scope == factory)
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => found[tags.Length == 0 ? instrument.Name : $"{instrument.Name} {tags[0].Value}"] = value);
        listener.Start();
        listener.RecordObservableInstruments();
        return found;
    }
}
