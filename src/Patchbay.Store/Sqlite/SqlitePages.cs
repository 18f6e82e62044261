using System.Buffers;
using System.Runtime.InteropServices;

namespace Patchbay.Store.Sqlite;

/// <summary>
/// A table of rows with many items each: what a group writes is put one behind the other into one or a few rows, and a row goes when nothing in it is current. So an
/// item costs the copying of its bytes, not statements, and a group the pages that its bytes fill. Used by the writing thread only.
/// </summary>
/// <param name="database">The file.</param>
/// <param name="table">The table: a number and bytes.</param>
/// <param name="pageBytes">A row is complete when it has so many bytes.</param>
internal sealed class SqlitePages(SqliteDatabase database, string table, int pageBytes)
{
    private readonly SqliteStatement _insert = database.Prepare($"INSERT INTO {table} VALUES (?1, ?2)");
    private readonly SqliteStatement _delete = database.Prepare($"DELETE FROM {table} WHERE number = ?1");
    private readonly SqliteStatement _read = database.Prepare($"SELECT substr(bytes, ?2, ?3) FROM {table} WHERE number = ?1");
    private readonly ArrayBufferWriter<byte> _page = new(2 * pageBytes);
    private readonly Dictionary<long, int> _items = [];
    private readonly List<long> _empty = [];
    private long _number = database.Scalar($"SELECT max(number) FROM {table}") + 1;

    /// <summary>The rows of the file that nothing current stands in; the next group deletes them.</summary>
    public IReadOnlyList<long> EmptyRows => _empty;

    /// <summary>Room for an item of at most so many bytes; <see cref="Add"/> follows.</summary>
    public Span<byte> Reserve(int bytes)
    {
        if (_page.WrittenCount > 0 && _page.WrittenCount + bytes > pageBytes)
            EndPage();
        return _page.GetSpan(bytes);
    }

    /// <summary>Takes what was written into the room.</summary>
    public PagePlace Add(int length)
    {
        var place = new PagePlace(_number, _page.WrittenCount, length);
        _page.Advance(length);
        return place;
    }

    /// <summary>An item stands here now.</summary>
    public void Enter(PagePlace place) => CollectionsMarshal.GetValueRefOrAddDefault(_items, place.Page, out _)++;

    /// <summary>An item stands here no longer.</summary>
    public void Leave(PagePlace place)
    {
        ref int items = ref CollectionsMarshal.GetValueRefOrNullRef(_items, place.Page);
        if (--items > 0)
            return;
        _items.Remove(place.Page);
        _empty.Add(place.Page);
    }

    /// <summary>Whether nothing current stands in a row.</summary>
    public bool IsEmpty(long number) => !_items.ContainsKey(number);

    /// <summary>A row of the file was read, and nothing in it is current.</summary>
    public void LeaveRow(long number) => _empty.Add(number);

    /// <summary>Completes the group's rows, and deletes those that nothing stands in any more.</summary>
    public void EndGroup()
    {
        if (_page.WrittenCount > 0)
            EndPage();
        foreach (long page in _empty)
            _delete.Bind(1, page).Execute();
    }

    /// <summary>The group is committed.</summary>
    public void Keep() => _empty.Clear();

    /// <summary>What the group has written was rolled back.</summary>
    public void Undo() => _page.ResetWrittenCount();

    /// <summary>Reads an item.</summary>
    public byte[] Read(PagePlace place)
    {
        _read.Bind(1, place.Page).Bind(2, place.Offset + 1).Bind(3, place.Length);
        byte[] bytes = _read.Step() ? _read.Blob(0) : throw Damaged();
        _read.Reset();
        return bytes;
    }

    /// <summary>Reads a row.</summary>
    public byte[] ReadRow(long number) => Read(new PagePlace(number, 0, int.MaxValue));

    /// <summary>Every row, in the order they were written.</summary>
    public IEnumerable<(long Number, byte[] Bytes)> ReadRows()
    {
        using var rows = new SqliteStatement(database.Connection, $"SELECT number, bytes FROM {table} ORDER BY number");
        while (rows.Step())
            yield return (rows.Int64(0), rows.Blob(1));
    }

    /// <summary>The fault of bytes that no item has.</summary>
    public StoreException Damaged() => SqliteFaults.Damaged(database.Connection.DataSource);

    private void EndPage()
    {
        _insert.Bind(1, _number++).Bind(2, _page.WrittenSpan).Execute();
        _page.ResetWrittenCount();
    }
}
