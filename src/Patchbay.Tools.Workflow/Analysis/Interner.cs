using System.Text;

namespace Patchbay.Tools.Workflow.Analysis;

/// <summary>Numbers texts from 0 in the order they are first met.</summary>
internal sealed class Interner
{
    private const int StackLimit = 1024;

    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly List<string> _texts = [];

    public Interner() => _lookup = _ids.GetAlternateLookup<ReadOnlySpan<char>>();

    public int Count => _texts.Count;

    public string this[int id] => _texts[id];

    public int? Find(string text) => _ids.TryGetValue(text, out var id) ? id : null;

    public int Add(ReadOnlySpan<byte> utf8)
    {
        var chars = utf8.Length <= StackLimit ? stackalloc char[StackLimit] : new char[utf8.Length];
        chars = chars[..Encoding.UTF8.GetChars(utf8, chars)];
        if (_lookup.TryGetValue(chars, out var id))
            return id;
        id = _texts.Count;
        var text = chars.ToString();
        _ids.Add(text, id);
        _texts.Add(text);
        return id;
    }
}
