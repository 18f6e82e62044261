using Microsoft.Extensions.Logging;

namespace Patchbay.Server.Guard;

internal sealed partial class Upkeep
{
    [LoggerMessage(EventId = 2010, Level = LogLevel.Error, Message = "Keys or penalties could not be read from or written to the store")]
    private static partial void LogStoreFault(ILogger logger, Exception fault);
}
