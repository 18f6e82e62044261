namespace Patchbay.Store.Sqlite;

/// <summary>The row of the file that says how its last user left it.</summary>
internal sealed class SqliteStoreState(SqliteDatabase database)
{
    /// <summary>What it counts up to now.</summary>
    public long Epoch { get; private set; }

    /// <summary>What the store's clock showed.</summary>
    public long UpMilliseconds { get; private set; }

    /// <summary>Whether promised writes may be missing, so that a new epoch has begun.</summary>
    public bool MayHaveLost { get; private set; }

    /// <summary>Takes the file over. The row is on the disk when this returns (called while commits are synced).</summary>
    public void TakeOver(Durability durability, string bootId)
    {
        bool clean;
        string lastBoot;
        Durability lastDurability;
        using (var row = database.Prepare("SELECT epoch, up_ms, boot_id, clean, durability FROM store"))
        {
            row.Step();
            Epoch = row.Int64(0);
            UpMilliseconds = row.Int64(1);
            lastBoot = row.Text(2);
            clean = row.Int64(3) != 0;
            lastDurability = (Durability)row.Int64(4);
        }

        bool sameBoot = bootId.Length > 0 && bootId == lastBoot;
        MayHaveLost = database.WasRepaired || (!clean && !sameBoot && lastDurability != Durability.Strict);
        if (MayHaveLost)
            Epoch++;
        using var update = database.Prepare("UPDATE store SET epoch = ?1, boot_id = ?2, clean = 0, durability = ?3");
        update.Bind(1, Epoch).Bind(2, bootId).Bind(3, (long)durability).Execute();
    }

    /// <summary>Marks the file as left in order, with everything on the disk.</summary>
    public void Leave(StoreTime now)
    {
        database.Execute("PRAGMA synchronous=FULL");
        using (var update = database.Prepare("UPDATE store SET clean = 1, up_ms = ?1"))
            update.Bind(1, now.Milliseconds).Execute();
        database.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
    }
}
