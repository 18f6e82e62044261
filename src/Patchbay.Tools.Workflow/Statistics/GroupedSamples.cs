using System.Buffers;

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

    /// <summary>Collects the values of groups numbered from 0.</summary>
    /// <param name="capacity">How many values at most; room for all of them is made at once.</param>
    internal sealed class Builder(int capacity)
    {
        private readonly int[] _groups = ArrayPool<int>.Shared.Rent(capacity);
        private readonly long[] _values = ArrayPool<long>.Shared.Rent(capacity);
        private int _count;

        public void Add(int group, long value)
        {
            _groups[_count] = group;
            _values[_count++] = value;
        }

        /// <summary>Sorts what was collected, and gives the room for collecting back. Once.</summary>
        /// <param name="groups">How many groups there are.</param>
        public GroupedSamples Build(int groups)
        {
            var starts = new int[groups + 1];
            foreach (var group in _groups.AsSpan(0, _count))
                starts[group + 1]++;
            for (var group = 0; group < groups; group++)
                starts[group + 1] += starts[group];
            var next = starts.AsSpan(0, groups).ToArray();
            var sorted = new long[_count];
            for (var index = 0; index < _count; index++)
                sorted[next[_groups[index]]++] = _values[index];
            // What was collected has served, and becomes the scratch space of the sort.
            for (var group = 0; group < groups; group++)
                RadixSort.Sort(sorted.AsSpan(starts[group]..starts[group + 1]), _values);
            ArrayPool<int>.Shared.Return(_groups);
            ArrayPool<long>.Shared.Return(_values);
            return new GroupedSamples(sorted, starts);
        }
    }
}
