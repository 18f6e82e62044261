namespace Patchbay.Tools.Workflow.Statistics;

/// <summary>Values by group, each group sorted; all in one array.</summary>
internal sealed class GroupedSamples
{
    private readonly long[] _values;
    private readonly int[] _starts;

    private GroupedSamples(long[] values, int[] starts)
    {
        _values = values;
        _starts = starts;
    }

    public ReadOnlySpan<long> this[int group] => _values.AsSpan(_starts[group].._starts[group + 1]);

    /// <summary>Collects the values of groups 0 to <paramref name="groups"/> - 1.</summary>
    internal sealed class Builder(int groups, int capacity)
    {
        private readonly int[] _starts = new int[groups + 1];
        private int[] _groups = new int[capacity];
        private long[] _values = new long[capacity];
        private int _count;

        public void Add(int group, long value)
        {
            if (_count == _values.Length)
            {
                Array.Resize(ref _groups, Math.Max(16, _count * 2));
                Array.Resize(ref _values, Math.Max(16, _count * 2));
            }

            _groups[_count] = group;
            _values[_count++] = value;
            _starts[group + 1]++;
        }

        public GroupedSamples Build()
        {
            for (var group = 0; group < groups; group++)
                _starts[group + 1] += _starts[group];
            var next = _starts.AsSpan(0, groups).ToArray();
            var sorted = new long[_count];
            for (var index = 0; index < _count; index++)
                sorted[next[_groups[index]]++] = _values[index];
            // What was collected has served, and becomes the scratch space of the sort.
            for (var group = 0; group < groups; group++)
                RadixSort.Sort(sorted.AsSpan(_starts[group].._starts[group + 1]), _values);
            return new GroupedSamples(sorted, _starts);
        }
    }
}
