namespace Patchbay.Store.Sqlite;

/// <summary>What a write does.</summary>
internal enum SqliteWriteKind
{
    CreateSession,
    ResumeSession,
    ForgetPreviousToken,
    Append,
    AppendAnswer,
    Acknowledge,
    SetSubscriptions,
    SetExpiry,
    EndSession,
    BeginExecution,
    AddWaiter,
    RemoveWaiter,
    FinishExecution,
    DropExecution,
    SaveClock,
    PurgeSessions,
}
