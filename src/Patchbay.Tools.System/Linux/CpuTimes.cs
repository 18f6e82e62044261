using Patchbay.Tools.System.Performance;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Linux;

/// <summary>
/// Shares of CPU time in a window, in percent. The first eight columns of <c>/proc/stat</c> are the whole: guest time is already inside
/// user, guest_nice inside nice. Idle and iowait are not busy; steal is, as psutil has it.
/// </summary>
internal readonly record struct CpuTimes(double Percent, double User, double Nice, double System, double Iowait, double Irq, double Softirq, double Steal)
{
    public const int Fields = 8;
    public const int Idle = 3;

    public static CpuTimes Of(CounterSet counters, in SampleWindow window)
    {
        Span<double> delta = stackalloc double[Fields];
        var total = double.NaN;
        for (var i = 0; i < Fields; i++)
        {
            delta[i] = counters.Delta(i, window);
            total = Figures.Sum(total, delta[i]);
        }

        // Kernels before 2.6.11 lack steal: unknown, and no part of the total.
        var idle = Figures.Sum(delta[Idle], delta[4]);
        return new CpuTimes(
            Figures.Percent(total - idle, total), Figures.Percent(delta[0], total), Figures.Percent(delta[1], total), Figures.Percent(delta[2], total),
            Figures.Percent(delta[4], total), Figures.Percent(delta[5], total), Figures.Percent(delta[6], total), Figures.Percent(delta[7], total));
    }

    public CpuCoreReport ToCore(string name) => new()
    {
        Name = name,
        Percent = Figures.Known(Percent),
        User = Figures.Known(User),
        System = Figures.Known(System),
        Nice = Figures.Known(Nice),
        Iowait = Figures.Known(Iowait),
        Irq = Figures.Known(Irq),
        Softirq = Figures.Known(Softirq),
        Steal = Figures.Known(Steal),
    };
}
