namespace Patchbay.Tools.System.History;

/// <summary>Minimum, mean, maximum and count per bucket, a ring per series. Single precision is enough for a picture and halves the memory.</summary>
internal sealed class FoldedTier(int series, int stepSeconds, int slots) : ITier
{
    private readonly float[] _min = new float[series * slots];
    private readonly float[] _mean = new float[series * slots];
    private readonly float[] _max = new float[series * slots];
    private readonly ushort[] _count = new ushort[series * slots];
    private long _latest = -1;

    public int StepSeconds => stepSeconds;

    public int Slots => slots;

    public void Append(long second, ReadOnlySpan<double> row)
    {
        var bucket = second / stepSeconds;
        Clear(bucket);
        var index = (int)(bucket % slots);
        for (var i = 0; i < series; i++)
        {
            if (!double.IsNaN(row[i]))
                Add(i * slots + index, (float)row[i]);
        }
    }

    public TierPoint Read(int column, long bucket)
    {
        if (bucket > _latest || bucket <= _latest - slots || bucket < 0)
            return TierPoint.None;
        var at = column * slots + (int)(bucket % slots);
        return _count[at] == 0 ? TierPoint.None : new TierPoint(_min[at], _mean[at], _max[at], _count[at]);
    }

    private void Add(int at, float value)
    {
        var count = ++_count[at];
        _min[at] = count == 1 ? value : Math.Min(_min[at], value);
        _max[at] = count == 1 ? value : Math.Max(_max[at], value);
        _mean[at] = count == 1 ? value : _mean[at] + (value - _mean[at]) / count;
    }

    private void Clear(long bucket)
    {
        var from = _latest < 0 ? bucket : Math.Max(_latest + 1, bucket - slots + 1);
        for (var fresh = from; fresh <= bucket; fresh++)
        {
            for (var i = 0; i < series; i++)
                _count[i * slots + (int)(fresh % slots)] = 0;
        }

        _latest = Math.Max(_latest, bucket);
    }
}
