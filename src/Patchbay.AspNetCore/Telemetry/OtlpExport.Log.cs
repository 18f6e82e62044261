using Microsoft.Extensions.Logging;

namespace Patchbay.AspNetCore.Telemetry;

internal sealed partial class OtlpExport
{
    [LoggerMessage(EventId = 2201, Level = LogLevel.Information, Message = "Metrics and traces are sent to {Endpoint}")]
    private static partial void LogSending(ILogger logger, string endpoint);
}
