namespace Patchbay.Tools.System.History;

/// <summary>The newest values one by one, a ring per series.</summary>
internal sealed class RawTier(int series, int slots) : ITier
{
    private readonly double[] _values = Filled(series * slots);
    private long _latest = -1;

    public int StepSeconds => 1;

    public int Slots => slots;

    public void Append(long second, ReadOnlySpan<double> row)
    {
        Clear(second);
        var index = (int)(second % slots);
        for (var i = 0; i < series; i++)
            _values[i * slots + index] = row[i];
        _latest = Math.Max(_latest, second);
    }

    public TierPoint Read(int column, long bucket)
    {
        if (bucket > _latest || bucket <= _latest - slots || bucket < 0)
            return TierPoint.None;
        var value = _values[column * slots + (int)(bucket % slots)];
        return double.IsNaN(value) ? TierPoint.None : new TierPoint(value, value, value, 1);
    }

    // Seconds without a sample are gaps, not the values of a quarter of an hour ago.
    private void Clear(long second)
    {
        if (_latest < 0)
            return;
        for (var gap = Math.Max(_latest + 1, second - slots + 1); gap < second; gap++)
        {
            for (var i = 0; i < series; i++)
                _values[i * slots + (int)(gap % slots)] = double.NaN;
        }
    }

    private static double[] Filled(int length)
    {
        var values = new double[length];
        Array.Fill(values, double.NaN);
        return values;
    }
}
