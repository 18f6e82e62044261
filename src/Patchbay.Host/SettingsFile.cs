using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Options;
using Patchbay.Server.Options;

namespace Patchbay.Host;

/// <summary>The operator's own settings file: <c>--config FILE</c>, or <c>PATCHBAY_CONFIG</c>. SIGHUP reads it anew.</summary>
internal static partial class SettingsFile
{
    /// <summary>Adds the file, when one is named, under the environment and the command line, which stay above it.</summary>
    public static void Add(ConfigurationManager configuration, string[] args)
    {
        if (Name(configuration) is { } name)
            configuration.AddJsonFile(Path.GetFullPath(name), optional: false, reloadOnChange: false).AddEnvironmentVariables().AddCommandLine(args);
    }

    /// <summary>Reads the settings anew at each SIGHUP. Without a file there is nothing to read, and the signal ends the process as it does by default.</summary>
    public static IDisposable? ReloadOnHangup(WebApplication app) => Name(app.Configuration) is null
        ? null
        : PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal =>
        {
            signal.Cancel = true;
            Reload(app);
        });

    private static void Reload(WebApplication app)
    {
        try
        {
            ((IConfigurationRoot)app.Configuration).Providers.OfType<JsonConfigurationProvider>().Last().Load();
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException)
        {
            LogUnreadable(app.Logger, fault.Message);
        }
        catch (AggregateException faults)
        {
            // Every option that is read anew is checked anew. The server's own faults are told where its settings are taken.
            foreach (var fault in faults.Flatten().InnerExceptions)
            {
                if (fault is not OptionsValidationException { OptionsType: var type } || type != typeof(PatchbayOptions))
                    LogUnreadable(app.Logger, fault.Message);
            }
        }
    }

    private static string? Name(IConfiguration configuration) => configuration["config"] ?? configuration["PATCHBAY_CONFIG"];
}
