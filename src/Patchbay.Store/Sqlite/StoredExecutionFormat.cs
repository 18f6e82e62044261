using Patchbay.Store.Executions;

namespace Patchbay.Store.Sqlite;

/// <summary>
/// The bytes of an execution: number, flags, times, digest, the texts of its start, the waiters, and last the params or the answer. Small and read as a whole,
/// so that it takes no statement and no column for each field.
/// </summary>
internal static class StoredExecutionFormat
{
    private const int FixedBytes = 64;
    private const int WaiterBytes = sizeof(long) + 1;

    [Flags]
    private enum Facts : byte
    {
        OfApiKey = 1,
        Repeatable = 2,
        Ended = 4,
        Error = 8,
    }

    /// <summary>The most bytes it takes.</summary>
    public static int MaxLength(StoredExecution execution)
    {
        var start = execution.Start;
        int length = FixedBytes + RecordWriter.MaxLength(start.Key.Owner) + RecordWriter.MaxLength(start.Key.Id) + RecordWriter.MaxLength(start.KeyId)
            + RecordWriter.MaxLength(start.Method) + RecordWriter.MaxLength(start.Tool) + execution.Body.Length;
        foreach (var waiter in execution.Waiters)
            length += WaiterBytes + RecordWriter.MaxLength(waiter.RequestId);
        return length;
    }

    /// <summary>Writes it.</summary>
    /// <returns>The bytes written.</returns>
    public static int Write(StoredExecution execution, Span<byte> target)
    {
        var start = execution.Start;
        var writer = new RecordWriter(target);
        writer.Int64(execution.Number);
        writer.Byte((int)FactsOf(execution));
        writer.Int64(execution.CreatedAt.Milliseconds);
        writer.Int64(execution.EndedAt?.Milliseconds ?? 0);
        writer.UInt128(start.Digest);
        writer.Text(start.Key.Owner);
        writer.Text(start.Key.Id);
        writer.Text(start.KeyId);
        writer.Text(start.Method);
        writer.Text(start.Tool);
        writer.Int32(execution.Waiters.Length);
        foreach (var waiter in execution.Waiters)
        {
            writer.Int64(waiter.Session);
            writer.Byte(waiter.IsCompact ? 1 : 0);
            writer.Text(waiter.RequestId);
        }

        writer.Bytes(execution.Body.Span);
        return writer.Length;
    }

    /// <summary>Reads one.</summary>
    public static StoredExecution Read(ReadOnlySpan<byte> bytes)
    {
        var reader = new RecordReader(bytes);
        long number = reader.Int64();
        var facts = (Facts)reader.Byte();
        var createdAt = new StoreTime(reader.Int64());
        var endedAt = new StoreTime(reader.Int64());
        var digest = reader.UInt128();
        var execution = new StoredExecution
        {
            Number = number,
            CreatedAt = createdAt,
            EndedAt = facts.HasFlag(Facts.Ended) ? endedAt : null,
            IsError = facts.HasFlag(Facts.Error),
            Start = new ExecutionStart
            {
                Digest = digest,
                Key = new ExecutionKey(facts.HasFlag(Facts.OfApiKey) ? ExecutionScope.ApiKey : ExecutionScope.Session, reader.Text(), reader.Text()),
                KeyId = reader.Text(),
                Method = reader.Text(),
                Tool = reader.Text(),
                Repeatable = facts.HasFlag(Facts.Repeatable),
            },
        };
        // Not made in one go: a number of damaged bytes may be any.
        var waiters = new List<StoredWaiter>();
        for (int count = reader.Int32(); count > 0; count--)
        {
            long session = reader.Int64();
            bool isCompact = reader.Byte() != 0;
            waiters.Add(new StoredWaiter(session, reader.Text(), isCompact));
        }

        execution.Waiters = [.. waiters];
        execution.Body = reader.Bytes().ToArray();
        return execution;
    }

    private static Facts FactsOf(StoredExecution execution) =>
        (execution.Start.Key.Scope == ExecutionScope.ApiKey ? Facts.OfApiKey : 0)
        | (execution.Start.Repeatable ? Facts.Repeatable : 0)
        | (execution.EndedAt is null ? 0 : Facts.Ended)
        | (execution.IsError ? Facts.Error : 0);
}
