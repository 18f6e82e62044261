using Microsoft.Extensions.Logging;

namespace Patchbay.AspNetCore.Dashboard;

internal static partial class DashboardEndpoint
{
    [LoggerMessage(2300, LogLevel.Debug, "The dashboard is served at /: {Files} files, {Bytes} bytes, from {Folder}.")]
    private static partial void LogServed(ILogger logger, int files, long bytes, string folder);

    [LoggerMessage(2301, LogLevel.Information, "The dashboard is not built; / says how.")]
    private static partial void LogMissing(ILogger logger);
}
