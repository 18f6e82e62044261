using Microsoft.Extensions.Logging;

namespace Patchbay.Tools.Workflow.Activity;

internal static partial class ServerActivityLog
{
    [LoggerMessage(6010, LogLevel.Warning, "{Count} reports of sessions and calls could not be stored and are lost")]
    public static partial void ReportsLost(this ILogger logger, int count, Exception exception);

    [LoggerMessage(6011, LogLevel.Warning, "The store is slower than the server: {Dropped} reports of sessions and calls were dropped by {Time}")]
    public static partial void QueueFull(this ILogger logger, long dropped, DateTimeOffset time);

    [LoggerMessage(6012, LogLevel.Warning, "The sessions of the process before could not be read; those it did not end stand as running")]
    public static partial void FormerUnknown(this ILogger logger, Exception exception);
}
