namespace Patchbay.Server.Guard.Audit;

/// <summary>A place where the log is not as it was written.</summary>
/// <param name="File">The file's name.</param>
/// <param name="Line">The line, from 1; 0 for the file as a whole.</param>
/// <param name="Problem">What is wrong, in one sentence.</param>
internal sealed record AuditFault(string File, long Line, string Problem);

/// <summary>What <c>audit verify</c> has found.</summary>
/// <param name="Records">The lines read.</param>
/// <param name="FirstSequence">The number of the oldest line; 0 when there is none. Above 1 when old files were removed by rotation.</param>
/// <param name="LastSequence">The number of the newest line; 0 when there is none.</param>
/// <param name="TornBytes">What a crash has left of a line that was being written; cut off and written down when the log is next written to.</param>
/// <param name="Faults">The first hundred faults, in order.</param>
internal sealed record AuditReport(long Records, long FirstSequence, long LastSequence, long TornBytes, IReadOnlyList<AuditFault> Faults)
{
    /// <summary>Whether nothing was changed, taken away or put in.</summary>
    public bool Intact => Faults.Count == 0;
}
