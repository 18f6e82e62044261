using System.Net;
using Microsoft.Extensions.Logging;

namespace Patchbay.Server;

internal sealed partial class Engine
{
    [LoggerMessage(EventId = 2001, Level = LogLevel.Debug, Message = "Refused {Address} {ClientId}: {Type}, {What}")]
    private static partial void LogRefused(ILogger logger, IPAddress? address, string? clientId, string type, string what);
}
