using Microsoft.Extensions.Logging;

namespace Patchbay.Server.Options;

internal sealed partial class LiveSettings
{
    [LoggerMessage(2018, LogLevel.Information, "The settings were read anew; limits, hosts, origins and proxies follow them at once, the rest at the next start.")]
    private static partial void LogReloaded(ILogger logger);

    [LoggerMessage(2019, LogLevel.Error, "The changed settings are faulty and not taken: {Fault}")]
    private static partial void LogFaulty(ILogger logger, string fault);
}
