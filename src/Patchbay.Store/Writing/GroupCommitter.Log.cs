using Microsoft.Extensions.Logging;

namespace Patchbay.Store.Writing;

internal static partial class Log
{
    [LoggerMessage(4000, LogLevel.Error, "The store cannot write ({Fault}); new sessions and calls are refused, what was accepted is kept and tried again every second.")]
    public static partial void Refused(ILogger logger, StoreFault fault);

    [LoggerMessage(4001, LogLevel.Information, "The store writes again; everything that waited is committed.")]
    public static partial void Healed(ILogger logger);

    [LoggerMessage(4002, LogLevel.Critical, "The store stopped writing after an unexpected fault; it writes again after the next start.")]
    public static partial void Unexpected(ILogger logger, Exception fault);
}
