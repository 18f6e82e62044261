using System.Buffers.Binary;

namespace Patchbay.Store.Sqlite;

/// <summary>The executions in the file: one that has changed is written anew, and leaves its place. Used by the writing thread only.</summary>
internal sealed class SqliteExecutionPages(SqliteDatabase database)
{
    // A row is kept for the sake of one execution in it, and read as a whole for it: about forty to a row make both cheap.
    private const int PageBytes = 16 * 1024;

    private readonly SqlitePages _pages = new(database, "execution_pages", PageBytes);
    private readonly SqliteLeftItems _left = new(database);
    private readonly ExecutionPlaces _places = new();
    private readonly List<(long Number, PagePlace Before)> _undo = [];

    /// <summary>Reads an execution; null when it is not there.</summary>
    public StoredExecution? Read(long number) => _places.Find(number) is { Length: > 0 } place ? ParseAt(_pages.Read(place), 0).Execution : null;

    /// <summary>Every current execution.</summary>
    public IEnumerable<StoredExecution> ReadAll() => ReadItems().Where(item => _places.Find(item.Execution.Number) == item.Place).Select(item => item.Execution);

    /// <summary>Finds out where everything stands, and gives it.</summary>
    public IEnumerable<StoredExecution> Load()
    {
        _left.Load();
        foreach (var (execution, place) in ReadItems())
        {
            if (_left.Contains(place))
                continue;
            _places.Set(execution.Number, place);
            _pages.Enter(place);
            yield return execution;
        }
    }

    /// <summary>Writes an execution.</summary>
    public void Write(StoredExecution execution)
    {
        var target = _pages.Reserve(sizeof(int) + StoredExecutionFormat.MaxLength(execution));
        int length = StoredExecutionFormat.Write(execution, target[sizeof(int)..]);
        BinaryPrimitives.WriteInt32LittleEndian(target, length);
        _undo.Add((execution.Number, Set(execution.Number, _pages.Add(sizeof(int) + length))));
    }

    /// <summary>Takes an execution out.</summary>
    public void Remove(long number) => _undo.Add((number, Set(number, default)));

    /// <summary>Brings the rest of the group into the file.</summary>
    public void EndGroup()
    {
        _left.EndGroup(_pages);
        _pages.EndGroup();
    }

    /// <summary>The group is committed.</summary>
    public void Keep()
    {
        _undo.Clear();
        _left.Keep(_pages);
        _pages.Keep();
    }

    /// <summary>The group was rolled back.</summary>
    public void Undo()
    {
        for (int i = _undo.Count - 1; i >= 0; i--)
        {
            var (number, before) = _undo[i];
            var after = _places.Set(number, before);
            if (before.Length > 0)
            {
                _pages.Enter(before);
                _left.TakeBack(before);
            }

            if (after.Length > 0)
                _pages.Leave(after);
        }

        _undo.Clear();
        _left.Undo();
        _pages.Undo();
        _pages.Keep();
    }

    private PagePlace Set(long number, PagePlace place)
    {
        var before = _places.Set(number, place);
        if (place.Length > 0)
            _pages.Enter(place);
        if (before.Length > 0)
        {
            _pages.Leave(before);
            _left.Add(before);
        }

        return before;
    }

    private IEnumerable<(StoredExecution Execution, PagePlace Place)> ReadItems()
    {
        foreach (var (number, bytes) in _pages.ReadRows())
        {
            for (int offset = 0; offset < bytes.Length;)
            {
                var (execution, length) = ParseAt(bytes, offset);
                yield return (execution, new PagePlace(number, offset, length));
                offset += length;
            }
        }
    }

    private (StoredExecution Execution, int Length) ParseAt(byte[] bytes, int offset)
    {
        try
        {
            int length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(offset));
            return (StoredExecutionFormat.Read(bytes.AsSpan(offset + sizeof(int), length)), sizeof(int) + length);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw _pages.Damaged();
        }
    }
}
