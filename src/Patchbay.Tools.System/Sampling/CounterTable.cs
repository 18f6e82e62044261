using System.Text;

namespace Patchbay.Tools.System.Sampling;

/// <summary>Counter sets by name, for things that come and go. Finding one allocates nothing; a new one costs once.</summary>
/// <param name="counters">How many counters each has.</param>
/// <param name="inTotal">Whether a thing counts in the sum over all.</param>
/// <param name="clampEach">See <see cref="CounterSet"/>.</param>
internal sealed class CounterTable(int counters, Func<string, bool> inTotal, bool clampEach = false)
{
    // A thing that was not seen for a minute is gone; its place must not be kept for ever on a host that starts containers all day.
    private const int ForgetAfterSamples = SampleTimeline.Kept;

    private readonly List<Entry> _entries = [];
    private int _hint;

    /// <summary>The things that were in the newest sample, in the kernel's order of first sight.</summary>
    public IEnumerable<Entry> Present(long sample) => _entries.Where(entry => entry.Counters.Latest == sample);

    /// <summary>All entries, for loops that must not allocate; look at <see cref="CounterSet.Latest"/>.</summary>
    public List<Entry> Entries => _entries;

    /// <summary>The counters of a thing, new ones for a name that was not seen before.</summary>
    public CounterSet Find(ReadOnlySpan<byte> name)
    {
        // The kernel lists things in the same order every time, so the next entry is nearly always the right one.
        for (var i = 0; i < _entries.Count; i++)
        {
            var index = (_hint + i) % _entries.Count;
            if (!name.SequenceEqual(_entries[index].Key))
                continue;
            _hint = index + 1;
            return _entries[index].Counters;
        }

        var text = Encoding.UTF8.GetString(name);
        var entry = new Entry(name.ToArray(), text, inTotal(text), new CounterSet(counters, clampEach));
        _entries.Add(entry);
        return entry.Counters;
    }

    /// <summary>Drops what was not seen for a minute.</summary>
    public void Forget(long sample)
    {
        for (var i = _entries.Count - 1; i >= 0; i--)
        {
            if (_entries[i].Counters.Latest < sample - ForgetAfterSamples)
                _entries.RemoveAt(i);
        }
    }

    /// <summary>A thing, whether it counts in the sum, and its counters.</summary>
    internal sealed record Entry(byte[] Key, string Name, bool InTotal, CounterSet Counters);
}
