using Microsoft.Extensions.Logging;

namespace Patchbay.AspNetCore.Telemetry.Exposition;

internal sealed partial class MetricsCollector
{
    [LoggerMessage(EventId = 2200, Level = LogLevel.Warning, Message = "An instrument could not be read; it is missing from the metrics page")]
    private static partial void LogInstrumentFailed(ILogger logger, Exception fault);
}
