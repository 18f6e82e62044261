namespace Patchbay.Server.Guard.Audit;

/// <summary>Where what happened is written down.</summary>
internal interface IAuditLog
{
    /// <summary>Hands in a record. Never waits and never throws: when the queue is full, the record is lost and its loss is written down.</summary>
    void Write(in AuditRecord record);
}
