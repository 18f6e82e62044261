namespace Patchbay.Host;

internal static partial class SettingsFile
{
    [LoggerMessage(2017, LogLevel.Error, "The settings file cannot be taken, and the settings before stay: {Fault}")]
    private static partial void LogUnreadable(ILogger logger, string fault);
}
