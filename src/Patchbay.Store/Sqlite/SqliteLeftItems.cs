using System.Runtime.InteropServices;

namespace Patchbay.Store.Sqlite;

/// <summary>
/// Which items of the rows of executions are not current any more, by their offsets: a row that is kept for others in it must not bring them back at the next start.
/// Used by the writing thread only.
/// </summary>
internal sealed class SqliteLeftItems(SqliteDatabase database)
{
    private readonly SqliteStatement _save = database.Prepare("INSERT OR REPLACE INTO execution_left VALUES (?1, ?2)");
    private readonly SqliteStatement _delete = database.Prepare("DELETE FROM execution_left WHERE page = ?1");
    private readonly Dictionary<long, List<int>> _offsets = [];
    private readonly HashSet<long> _changed = [];

    /// <summary>Reads what the file says.</summary>
    public void Load()
    {
        using var rows = new SqliteStatement(database.Connection, "SELECT page, offsets FROM execution_left");
        while (rows.Step())
            _offsets.Add(rows.Int64(0), [.. MemoryMarshal.Cast<byte, int>(rows.Blob(1))]);
    }

    /// <summary>Whether what stands here is not current.</summary>
    public bool Contains(PagePlace place) => _offsets.TryGetValue(place.Page, out var offsets) && offsets.Contains(place.Offset);

    /// <summary>What stands here is not current any more.</summary>
    public void Add(PagePlace place)
    {
        ref var offsets = ref CollectionsMarshal.GetValueRefOrAddDefault(_offsets, place.Page, out _);
        (offsets ??= []).Add(place.Offset);
        _changed.Add(place.Page);
    }

    /// <summary>Takes the newest of its row back.</summary>
    public void TakeBack(PagePlace place) => _offsets[place.Page].Remove(place.Offset);

    /// <summary>Brings what the group has changed into the file; nothing is kept of rows that go.</summary>
    public void EndGroup(SqlitePages pages)
    {
        foreach (long page in _changed)
        {
            if (pages.IsEmpty(page))
                _delete.Bind(1, page).Execute();
            else
                _save.Bind(1, page).Bind(2, MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_offsets[page]))).Execute();
        }
    }

    /// <summary>The group is committed.</summary>
    public void Keep(SqlitePages pages)
    {
        foreach (long page in pages.EmptyRows)
            _offsets.Remove(page);
        _changed.Clear();
    }

    /// <summary>The group was rolled back, and each of its items taken back.</summary>
    public void Undo() => _changed.Clear();
}
