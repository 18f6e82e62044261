namespace Patchbay.Client.Core;

/// <summary>How many in the last minute, in sixty buckets of a second each. Exact to the second, which is enough for a rate.</summary>
internal sealed class MinuteCounter
{
    private readonly int[] _counts = new int[60];
    private readonly long[] _seconds = [.. Enumerable.Repeat(-1L, 60)];

    public void Add(double now)
    {
        var second = (long)now;
        var slot = (int)(second % 60);
        if (_seconds[slot] != second)
        {
            _seconds[slot] = second;
            _counts[slot] = 0;
        }

        _counts[slot]++;
    }

    public int Sum(double now)
    {
        var oldest = (long)now - 59;
        var sum = 0;
        for (var slot = 0; slot < _counts.Length; slot++)
            sum += _seconds[slot] >= oldest ? _counts[slot] : 0;
        return sum;
    }
}
