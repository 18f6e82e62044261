using Microsoft.Extensions.Logging;

namespace Patchbay.Server.Dispatch;

internal sealed partial class Faults
{
    [LoggerMessage(EventId = 2000, Level = LogLevel.Error, Message = "Unexpected fault in {Where}, told to the caller as {CorrelationId}")]
    private static partial void LogUnexpected(ILogger logger, string where, string correlationId, Exception fault);
}
