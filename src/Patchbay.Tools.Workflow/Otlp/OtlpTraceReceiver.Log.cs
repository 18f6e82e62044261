using Microsoft.Extensions.Logging;

namespace Patchbay.Tools.Workflow.Otlp;

internal static partial class OtlpTraceReceiverLog
{
    [LoggerMessage(6000, LogLevel.Warning, "{Rejected} spans of an export request were refused: {Reason}")]
    public static partial void SpansRejected(this ILogger logger, long rejected, string reason);

    [LoggerMessage(6001, LogLevel.Warning, "An export request was refused with {Status}: {Reason}")]
    public static partial void RequestRefused(this ILogger logger, int status, string reason);

    [LoggerMessage(6002, LogLevel.Error, "Spans could not be stored; the client was asked to send them again")]
    public static partial void StoreFailed(this ILogger logger, Exception exception);
}
