using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Patchbay.Store.Sqlite;

/// <summary>
/// A prepared statement, straight on the SQLite interface: a parameter of ADO.NET boxes every number and wants every blob in an array of its own.
/// Parameters count from 1, columns from 0.
/// </summary>
public sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;

    /// <summary>Prepares a statement of a connection that is open, and stays open longer than the statement.</summary>
    public SqliteStatement(SqliteConnection connection, string sql)
        : this((connection ?? throw new ArgumentNullException(nameof(connection))).Handle!, sql)
    {
    }

    internal SqliteStatement(sqlite3 database, string sql)
    {
        _database = database;
        Check(raw.sqlite3_prepare_v3(database, sql, raw.SQLITE_PREPARE_PERSISTENT, out _statement));
    }

    /// <summary>Sets a parameter.</summary>
    public SqliteStatement Bind(int index, long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, index, value));
        return this;
    }

    /// <summary>Sets a parameter, or NULL.</summary>
    public SqliteStatement Bind(int index, long? value) => value is { } number ? Bind(index, number) : BindNull(index);

    /// <summary>Sets a parameter, or NULL.</summary>
    public SqliteStatement Bind(int index, string? value)
    {
        if (value is null)
            return BindNull(index);
        Check(raw.sqlite3_bind_text(_statement, index, value));
        return this;
    }

    /// <summary>Sets a parameter; SQLite copies the bytes.</summary>
    public SqliteStatement Bind(int index, ReadOnlySpan<byte> value)
    {
        Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(_statement, index, 0) : raw.sqlite3_bind_blob(_statement, index, value));
        return this;
    }

    /// <summary>Sets a parameter to NULL.</summary>
    public SqliteStatement BindNull(int index)
    {
        Check(raw.sqlite3_bind_null(_statement, index));
        return this;
    }

    /// <summary>Moves to the next row; false, and ready to be used again, when there is none.</summary>
    public bool Step()
    {
        int code = raw.sqlite3_step(_statement);
        if (code == raw.SQLITE_ROW)
            return true;
        raw.sqlite3_reset(_statement);
        if (code != raw.SQLITE_DONE)
            Throw(code);
        return false;
    }

    /// <summary>Runs to the end.</summary>
    public void Execute()
    {
        while (Step())
        {
        }
    }

    /// <summary>Leaves the rows that are left.</summary>
    public void Reset() => raw.sqlite3_reset(_statement);

    /// <summary>Whether a column is NULL.</summary>
    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    /// <summary>A number.</summary>
    public long Int64(int column) => raw.sqlite3_column_int64(_statement, column);

    /// <summary>A number, or null.</summary>
    public long? NullableInt64(int column) => IsNull(column) ? null : Int64(column);

    /// <summary>A text.</summary>
    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string();

    /// <summary>A copy of a blob.</summary>
    public byte[] Blob(int column) => raw.sqlite3_column_blob(_statement, column).ToArray();

    /// <summary>A copy of a blob, or null.</summary>
    public byte[]? NullableBlob(int column) => IsNull(column) ? null : Blob(column);

    /// <summary>Rows changed by the last insert, update or delete of the connection.</summary>
    public int Changes() => raw.sqlite3_changes(_database);

    /// <inheritdoc />
    public void Dispose() => _statement.Dispose();

    private void Check(int code)
    {
        if (code != raw.SQLITE_OK)
            Throw(code);
    }

    private void Throw(int code) =>
        throw new SqliteException(raw.sqlite3_errmsg(_database).utf8_to_string(), code & 0xFF, raw.sqlite3_extended_errcode(_database));
}
