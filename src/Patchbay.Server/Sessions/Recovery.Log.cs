using Microsoft.Extensions.Logging;

namespace Patchbay.Server.Sessions;

internal sealed partial class Recovery
{
    [LoggerMessage(EventId = 2020, Level = LogLevel.Information, Message = "Restored {Sessions} sessions and {Executions} unfinished calls")]
    private static partial void LogRestored(ILogger logger, int sessions, int executions);
}
