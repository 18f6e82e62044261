namespace Patchbay.Testing.Simulation;

/// <summary>Bytes in the order they came.</summary>
internal sealed class ByteFifo
{
    private byte[] _bytes = new byte[512];
    private int _start;
    private int _end;

    public int Count => _end - _start;

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(_start, Count);

    public void Add(ReadOnlySpan<byte> more)
    {
        if (_end + more.Length > _bytes.Length)
        {
            var target = Count + more.Length > _bytes.Length ? new byte[Math.Max(_bytes.Length * 2, Count + more.Length)] : _bytes;
            Span.CopyTo(target);
            _end = Count;
            _start = 0;
            _bytes = target;
        }

        more.CopyTo(_bytes.AsSpan(_end));
        _end += more.Length;
    }

    public void Drop(int count) => _start += count;

    public void Clear() => _start = _end = 0;
}
