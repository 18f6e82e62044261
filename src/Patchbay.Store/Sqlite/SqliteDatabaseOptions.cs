namespace Patchbay.Store.Sqlite;

/// <summary>How a database file is opened.</summary>
public sealed record SqliteDatabaseOptions
{
    /// <summary>The file; made when it is not there.</summary>
    public required string Path { get; init; }

    /// <summary>Marks the files of this kind (SQLite's <c>application_id</c>); a file with another mark is refused.</summary>
    public required int ApplicationId { get; init; }

    /// <summary>The SQL that leads from each version of the schema to the next; version N is reached when the first N have run.</summary>
    public required IReadOnlyList<string> Migrations { get; init; }

    /// <summary>Whether a commit is on the disk when it returns (<c>synchronous=FULL</c>), or in the hands of the operating system (<c>NORMAL</c>).</summary>
    /// <value>The default is true.</value>
    public bool SyncEveryCommit { get; init; } = true;

    /// <summary>Whether this process has the file for itself: faster, and no other connection can open it.</summary>
    /// <value>The default is false.</value>
    public bool Exclusive { get; init; }

    /// <summary>How long a write waits for a writer in another process, 0 to 600 seconds.</summary>
    /// <value>The default is 5 seconds.</value>
    public TimeSpan BusyTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The clock of the table of versions.</summary>
    public required TimeProvider Time { get; init; }
}
