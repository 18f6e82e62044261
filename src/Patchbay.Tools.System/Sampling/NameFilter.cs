using System.Text;

namespace Patchbay.Tools.System.Sampling;

/// <summary>Remembers a decision about names, so that a known one costs no allocation.</summary>
/// <param name="decide">Decides about a name seen for the first time.</param>
internal sealed class NameFilter(Func<string, bool> decide)
{
    // Names come and go on a host that starts containers all day; beyond this many the memory starts afresh.
    private const int MostNames = 1024;

    private readonly List<(byte[] Name, bool Accepted)> _known = [];
    private int _hint;

    /// <summary>Whether the name passes.</summary>
    public bool Accepts(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < _known.Count; i++)
        {
            var index = (_hint + i) % _known.Count;
            if (!name.SequenceEqual(_known[index].Name))
                continue;
            _hint = index + 1;
            return _known[index].Accepted;
        }

        if (_known.Count == MostNames)
            _known.Clear();
        var accepted = decide(Encoding.UTF8.GetString(name));
        _known.Add((name.ToArray(), accepted));
        return accepted;
    }
}
