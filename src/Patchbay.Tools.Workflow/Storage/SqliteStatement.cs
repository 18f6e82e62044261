using Microsoft.Data.Sqlite;

namespace Patchbay.Tools.Workflow.Storage;

/// <summary>A prepared statement whose parameters are bound by position, <c>$0</c>, <c>$1</c>….</summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly SqliteCommand _command;

    public SqliteStatement(SqliteConnection connection, string sql, int parameters)
    {
        _command = connection.CreateCommand();
        // The statements are constants of this room; nothing from outside is ever part of them.
#pragma warning disable CA2100
        _command.CommandText = sql;
#pragma warning restore CA2100
        for (var index = 0; index < parameters; index++)
            _command.Parameters.Add(new SqliteParameter($"${index}", null));
        _command.Prepare();
    }

    public int Run(params ReadOnlySpan<object?> values) => Bound(values).ExecuteNonQuery();

    public object? Scalar(params ReadOnlySpan<object?> values) => Bound(values).ExecuteScalar();

    public SqliteDataReader Read(params ReadOnlySpan<object?> values) => Bound(values).ExecuteReader();

    public void Dispose() => _command.Dispose();

    private SqliteCommand Bound(ReadOnlySpan<object?> values)
    {
        for (var index = 0; index < values.Length; index++)
            _command.Parameters[index].Value = values[index] ?? DBNull.Value;
        return _command;
    }
}
