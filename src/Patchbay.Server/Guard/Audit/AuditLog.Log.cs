using Microsoft.Extensions.Logging;

namespace Patchbay.Server.Guard.Audit;

internal sealed partial class AuditLog
{
    [LoggerMessage(2100, LogLevel.Critical, "Audit records are being lost: {What}")]
    private static partial void LogLosing(ILogger logger, string what);

    [LoggerMessage(2101, LogLevel.Error, "The audit log cannot be written")]
    private static partial void LogWriteFailed(ILogger logger, Exception fault);

    [LoggerMessage(2102, LogLevel.Warning, "The audit log is written again; {Lost} records were lost")]
    private static partial void LogWritten(ILogger logger, long lost);
}
