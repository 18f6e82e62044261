using Microsoft.Extensions.Logging;

namespace Patchbay.Server.Guard;

internal sealed partial class Upkeep
{
    [LoggerMessage(EventId = 2110, Level = LogLevel.Error, Message = "Keys or penalties could not be read from or written to the store; the next attempt follows within a second")]
    private static partial void LogStoreFault(ILogger logger, Exception fault);

    [LoggerMessage(EventId = 2111, Level = LogLevel.Information, Message = "Keys and penalties are read from and written to the store again")]
    private static partial void LogStoreAnswers(ILogger logger);
}
