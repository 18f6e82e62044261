using System.Buffers;
using System.Buffers.Binary;

namespace Patchbay.Store.Sqlite;

/// <summary>
/// The executions in the file, many to a row: a group's executions are written behind each other into one or a few rows, a changed one is written anew, and a row
/// goes when nothing in it is current. So a call costs the copying of its bytes, not statements. Used by the writing thread only.
/// </summary>
internal sealed class SqliteExecutionPages(SqliteDatabase database)
{
    // A row is kept for the sake of one execution in it, and read as a whole for it: about forty to a row make both cheap.
    private const int PageBytes = 16 * 1024;

    private readonly SqliteStatement _insert = database.Prepare("INSERT INTO execution_pages VALUES (?1, ?2)");
    private readonly SqliteStatement _delete = database.Prepare("DELETE FROM execution_pages WHERE number = ?1");
    private readonly SqliteStatement _read = database.Prepare("SELECT substr(bytes, ?2, ?3) FROM execution_pages WHERE number = ?1");
    private readonly ExecutionPlaces _places = new();
    private readonly List<(long Number, ExecutionPlace Before)> _undo = [];
    private readonly ArrayBufferWriter<byte> _page = new(2 * PageBytes);
    private long _pageNumber = database.Scalar("SELECT max(number) FROM execution_pages") + 1;

    /// <summary>Reads an execution; null when it is not there.</summary>
    public StoredExecution? Read(long number)
    {
        var place = _places.Find(number);
        if (place.Length == 0)
            return null;
        _read.Bind(1, place.Page).Bind(2, place.Offset + 1).Bind(3, place.Length);
        byte[] bytes = _read.Step() ? _read.Blob(0) : [];
        _read.Reset();
        return ParseAt(bytes, 0).Execution;
    }

    /// <summary>Every current execution.</summary>
    public IEnumerable<StoredExecution> ReadAll() => ReadRows().Where(row => _places.Find(row.Execution.Number) == row.Place).Select(row => row.Execution);

    /// <summary>Finds out where everything stands, and gives it; of an execution that is given several times the last one is current.</summary>
    public IEnumerable<StoredExecution> Load()
    {
        foreach (var (execution, place) in ReadRows())
        {
            _places.Set(execution.Number, place);
            yield return execution;
        }
    }

    /// <summary>Writes an execution into the row that is being filled.</summary>
    public void Write(StoredExecution execution)
    {
        int offset = _page.WrittenCount;
        var target = _page.GetSpan(sizeof(int) + StoredExecutionFormat.MaxLength(execution));
        int length = StoredExecutionFormat.Write(execution, target[sizeof(int)..]);
        BinaryPrimitives.WriteInt32LittleEndian(target, length);
        length += sizeof(int);
        _page.Advance(length);
        Set(execution.Number, new ExecutionPlace(_pageNumber, offset, length));
        if (_page.WrittenCount >= PageBytes)
            EndPage();
    }

    /// <summary>Takes an execution out.</summary>
    public void Remove(long number) => Set(number, default);

    /// <summary>Completes the group's rows, and deletes those that nothing stands in any more.</summary>
    public void EndGroup()
    {
        if (_page.WrittenCount > 0)
            EndPage();
        foreach (long page in _places.EmptyPages)
            _delete.Bind(1, page).Execute();
    }

    /// <summary>The group is committed.</summary>
    public void Keep()
    {
        _undo.Clear();
        _places.EmptyPages.Clear();
    }

    /// <summary>The group was rolled back.</summary>
    public void Undo()
    {
        for (int i = _undo.Count - 1; i >= 0; i--)
            _places.Set(_undo[i].Number, _undo[i].Before);
        _page.ResetWrittenCount();
        Keep();
    }

    private IEnumerable<(StoredExecution Execution, ExecutionPlace Place)> ReadRows()
    {
        using var rows = new SqliteStatement(database.Connection, "SELECT number, bytes FROM execution_pages ORDER BY number");
        while (rows.Step())
        {
            byte[] page = rows.Blob(1);
            for (int offset = 0; offset < page.Length;)
            {
                var (execution, length) = ParseAt(page, offset);
                yield return (execution, new ExecutionPlace(rows.Int64(0), offset, length));
                offset += length;
            }
        }
    }

    private (StoredExecution Execution, int Length) ParseAt(byte[] page, int offset)
    {
        try
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(page.AsSpan(offset));
            return (StoredExecutionFormat.Read(page.AsSpan(offset + sizeof(int), length)), sizeof(int) + length);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw SqliteFaults.Damaged(database.Connection.DataSource);
        }
    }

    private void Set(long number, ExecutionPlace place) => _undo.Add((number, _places.Set(number, place)));

    private void EndPage()
    {
        _insert.Bind(1, _pageNumber++).Bind(2, _page.WrittenSpan).Execute();
        _page.ResetWrittenCount();
    }
}
