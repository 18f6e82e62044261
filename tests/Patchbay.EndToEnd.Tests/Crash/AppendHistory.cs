using System.Collections.Concurrent;

namespace Patchbay.EndToEnd.Tests.Crash;

/// <summary>What clients asked the server to append, and what they were told of it.</summary>
internal sealed class AppendHistory
{
    private readonly ConcurrentDictionary<string, Told> _calls = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _faults = new();
    private int _answers;

    private enum Told
    {
        Nothing,
        Appended,
        Unknown,
    }

    /// <summary>Answers so far.</summary>
    public int Answers => Volatile.Read(ref _answers);

    /// <summary>Calls so far.</summary>
    public int Calls => _calls.Count;

    /// <summary>Calls of which the client was told that nobody knows.</summary>
    public int Unknown => _calls.Values.Count(told => told == Told.Unknown);

    public void Asked(string line) => _calls[line] = Told.Nothing;

    public void Appended(string line) => Tell(line, Told.Appended);

    public void OutcomeUnknown(string line) => Tell(line, Told.Unknown);

    /// <summary>Something a client saw that must not be.</summary>
    public void Fault(string what) => _faults.Enqueue(what);

    /// <summary>What is wrong with the file, given what was told; empty when every promise was kept.</summary>
    public IReadOnlyList<string> Judge(IEnumerable<string> lines)
    {
        var faults = new List<string>(_faults);
        var counts = lines.GroupBy(line => line, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
        foreach (var (line, count) in counts)
        {
            if (!_calls.ContainsKey(line))
                faults.Add($"{line} was appended and never asked for");
            else if (count > 1)
                faults.Add($"{line} was appended {count} times");
        }

        foreach (var (line, told) in _calls)
        {
            if (told == Told.Nothing)
                faults.Add($"{line} was never answered");
            else if (told == Told.Appended && !counts.ContainsKey(line))
                faults.Add($"{line} is lost although it was said to be appended");
        }

        return faults;
    }

    private void Tell(string line, Told told)
    {
        Interlocked.Increment(ref _answers);
        if (!_calls.TryGetValue(line, out var before) || (before != Told.Nothing && before != told))
            Fault($"{line} was told {before} and then {told}");
        _calls[line] = told;
    }
}
