using System.Text;

namespace Patchbay.Tools.Workflow.Otlp;

/// <summary>Gives the same string for the same bytes, for the few hundred texts that come again and again (names, keys). Two that share a slot take turns.</summary>
internal sealed class Utf8TextCache
{
    private const int Slots = 512;
    private const int LongestCached = 128;

    private readonly (byte[] Bytes, string Text)[] _slots = new (byte[], string)[Slots];

    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > LongestCached)
            return Encoding.UTF8.GetString(utf8);
        var hash = default(HashCode);
        hash.AddBytes(utf8);
        ref var slot = ref _slots[(uint)hash.ToHashCode() % Slots];
        if (slot.Bytes is null || !utf8.SequenceEqual(slot.Bytes))
            slot = (utf8.ToArray(), Encoding.UTF8.GetString(utf8));
        return slot.Text;
    }
}
