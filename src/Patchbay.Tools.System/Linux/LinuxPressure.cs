using Patchbay.Tools.System.History;
using Patchbay.Tools.System.Performance;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Linux;

/// <summary>Pressure stall information of one resource, <c>/proc/pressure/*</c>. The window's share comes from <c>total</c>, in microseconds; the averages are the kernel's own.</summary>
/// <param name="paths">Where procfs is.</param>
/// <param name="resource"><c>cpu</c>, <c>memory</c>, <c>io</c> or <c>irq</c>.</param>
/// <param name="series">The series of the window's <c>some</c> share.</param>
internal sealed class LinuxPressure(LinuxPaths paths, string resource, SeriesId? series) : IMetricSource<PressureReport?>
{
    private readonly ProcFile _file = paths.File("pressure/" + resource);
    private readonly CounterSet _totals = new(2);
    private readonly double[] _averages = new double[6];
    private long _sample = -1;

    public void Sample(long sample)
    {
        _sample = sample;
        if (!_file.TryRead(out var text))
            return;
        Span<long> totals = [-1, -1];
        _averages.AsSpan().Fill(double.NaN);
        var lines = new TextLines(text);
        while (lines.Next(out var line))
        {
            var fields = new TextFields(line);
            fields.Next(out var kind);
            var row = kind.SequenceEqual("some"u8) ? 0 : kind.SequenceEqual("full"u8) ? 1 : -1;
            if (row < 0)
                continue;
            for (var i = 0; i < 3; i++)
                _averages[row * 3 + i] = Value(ref fields);
            var total = Value(ref fields);
            totals[row] = double.IsNaN(total) ? -1 : (long)total;
        }

        _totals.Observe(sample, totals);
    }

    public void Record(in SampleWindow lastStep, Span<double> row)
    {
        if (series is { } column)
            row[(int)column] = Share(0, lastStep);
    }

    public PressureReport? Report(in SampleWindow window) =>
        _sample < 0 || _totals.Latest != _sample ? null : new PressureReport { Some = Line(0, window), Full = Line(1, window) };

    public void Dispose() => _file.Dispose();

    private PressureLine? Line(int row, in SampleWindow window) => _totals.Raw(row) < 0 ? null : new PressureLine
    {
        Avg10 = Figures.Known(_averages[row * 3]),
        Avg60 = Figures.Known(_averages[row * 3 + 1]),
        Avg300 = Figures.Known(_averages[row * 3 + 2]),
        Percent = Figures.Known(Share(row, window)),
    };

    private double Share(int row, in SampleWindow window) =>
        Math.Min(100, Figures.Percent(_totals.Delta(row, window), _totals.Seconds(window) * 1e6));

    private static double Value(ref TextFields fields)
    {
        if (!fields.Next(out var field))
            return double.NaN;
        var number = new TextFields(field[(field.IndexOf((byte)'=') + 1)..]);
        return number.NextDouble();
    }
}
