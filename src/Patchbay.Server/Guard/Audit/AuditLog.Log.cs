using Microsoft.Extensions.Logging;

namespace Patchbay.Server.Guard.Audit;

internal sealed partial class AuditLog
{
    [LoggerMessage(2100, LogLevel.Critical, "Audit records are being lost: {What}")]
    private static partial void LogLosing(ILogger logger, string what);

    [LoggerMessage(2101, LogLevel.Error, "The audit log cannot be written; {Lost} records are lost so far")]
    private static partial void LogWriteFailed(ILogger logger, Exception fault, long lost);
}
