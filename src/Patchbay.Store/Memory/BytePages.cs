namespace Patchbay.Store.Memory;

/// <summary>Where something stands in <see cref="BytePages"/>.</summary>
/// <param name="Page">The number of its page, from 0.</param>
/// <param name="Offset">Where in it.</param>
internal readonly record struct BytePlace(long Page, int Offset);

/// <summary>
/// Bytes behind each other in pages, which leave in the order they came. A few hundred of them share one array, and the array of a page that has left is the
/// next page: so keeping and dropping them costs the collector nothing. Not safe for concurrent use.
/// </summary>
internal sealed class BytePages
{
    // Below the size at which an array becomes a large object.
    private const int PageBytes = 64 * 1_024;

    // A ring: page n stands at n modulo its length, a power of two.
    private byte[][] _pages = new byte[4][];
    private long _firstPage;
    private long _nextPage;
    private int _used = PageBytes;
    private byte[]? _spare;

    /// <summary>How many pages there are.</summary>
    public int Count => (int)(_nextPage - _firstPage);

    /// <summary>The bytes of all pages.</summary>
    public long Bytes { get; private set; }

    /// <summary>
    /// Takes room for so many bytes. What does not fit behind the last begins a page; what is longer than a page has one of its own length. What is left
    /// unused is always shorter than what comes next, so at least half of all bytes are used.
    /// </summary>
    /// <returns>The bytes to write them to; what was in them before is undefined.</returns>
    public Span<byte> Take(int length, out BytePlace place)
    {
        if (_used + length > PageBytes)
        {
            AddPage(length > PageBytes ? new byte[length] : TakeSpare());
            _used = 0;
        }

        place = new BytePlace(_nextPage - 1, _used);
        _used += length;
        return PageAt(place.Page).AsSpan(place.Offset, length);
    }

    /// <summary>The bytes at a place that has not been dropped. They are overwritten after it is.</summary>
    public ReadOnlySpan<byte> Read(BytePlace place, int length) => PageAt(place.Page).AsSpan(place.Offset, length);

    /// <summary>Drops everything that came before a place.</summary>
    public void DropBefore(BytePlace place)
    {
        while (_firstPage < place.Page)
            DropPage();
    }

    /// <summary>Drops everything.</summary>
    public void Clear()
    {
        while (_firstPage < _nextPage)
            DropPage();
        _used = PageBytes;
    }

    private ref byte[] PageAt(long page) => ref _pages[page & (_pages.Length - 1)];

    private byte[] TakeSpare()
    {
        var page = _spare ?? GC.AllocateUninitializedArray<byte>(PageBytes);
        _spare = null;
        return page;
    }

    private void AddPage(byte[] page)
    {
        if (Count == _pages.Length)
        {
            var former = _pages;
            _pages = new byte[former.Length * 2][];
            for (var number = _firstPage; number < _nextPage; number++)
                PageAt(number) = former[number & (former.Length - 1)];
        }

        PageAt(_nextPage++) = page;
        Bytes += page.Length;
    }

    private void DropPage()
    {
        ref var page = ref PageAt(_firstPage++);
        Bytes -= page.Length;
        if (page.Length == PageBytes)
            _spare = page;
        page = null!;
    }
}
