using Microsoft.Extensions.Logging;

namespace Patchbay.Server.Guard;

internal sealed partial class GuardUpkeep
{
    [LoggerMessage(2110, LogLevel.Error, "The store of keys and penalties does not answer; the next attempt follows within a second")]
    private static partial void LogFailing(ILogger logger, Exception fault);

    [LoggerMessage(2111, LogLevel.Information, "The store of keys and penalties answers again")]
    private static partial void LogRecovered(ILogger logger);
}
