using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using Patchbay.AspNetCore;
using Patchbay.Server.Guard.Keys;
using Patchbay.Server.Options;
using Patchbay.Store;
using Patchbay.Tools.Audio;
using Patchbay.Tools.Debug;
using Patchbay.Tools.Models;
using Patchbay.Tools.System;
using Patchbay.Tools.Workflow;

namespace Patchbay.Host;

/// <summary>Runs the server until it is told to stop.</summary>
internal static class ServeCommand
{
    private const string DefaultUrl = "http://127.0.0.1:8000";

    /// <returns>0 after an orderly end, 1 when the server could not start.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            await using var app = Build(args);
            await StartAsync(app);
            using var hangup = SettingsFile.ReloadOnHangup(app);
            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception fault) when (StartFault(fault) is { } line)
        {
            await Console.Error.WriteLineAsync($"patchbay: {line}");
            return 1;
        }
    }

    private static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        SettingsFile.Add(builder.Configuration, args);
        if (builder.Configuration["urls"] is null)
            builder.WebHost.UseUrls(DefaultUrl);
        builder.Services.AddPatchbay();
        builder.Services.AddSystemTools();
        builder.Services.AddAudioTools();
        builder.Services.AddWorkflowTools();
        builder.Services.AddModelTools(builder.Configuration);
        var options = builder.Configuration.GetSection(PatchbayOptions.Section).Get<PatchbayOptions>() ?? new PatchbayOptions();
        if (options.DebugTools)
            builder.Services.AddDebugTools(options.DataDirectory);

        var app = builder.Build();
        app.MapPatchbay();
        app.MapToolEndpoints();
        return app;
    }

    private static async Task StartAsync(WebApplication app)
    {
        if (app.Configuration["PATCHBAY_API_KEY"] is { } environmentKey)
        {
            if (KeyRing.EnvironmentKeyFault(environmentKey) is { } fault)
                throw new OptionsValidationException("PATCHBAY_API_KEY", typeof(string), [fault]);
        }

        // The store is opened first: it locks the data directory, and says why it cannot.
        app.Services.GetRequiredService<IStore>();
        var first = app.Configuration["PATCHBAY_API_KEY"] is null
            ? await app.Services.GetRequiredService<KeyCommands>().CreateFirstAsync(CancellationToken.None)
            : null;
        try
        {
            await app.StartAsync();
        }
        catch (Exception fault)
        {
            // Some services run already, and what they need goes next.
            await app.StopAsync();
            if (StartFault(fault) is null && fault is (SocketException or FormatException or ArgumentException or InvalidOperationException))
                throw new IOException($"Cannot listen on {app.Configuration["urls"] ?? DefaultUrl}: {fault.Message}", fault);
            throw;
        }

        foreach (var address in app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses)
            Console.WriteLine($"Patchbay listens on {address}");
        if (first?.Text is { } key)
            Console.WriteLine($"API key: {key}");
    }

    // What a user can put right is told in one line; anything else keeps its stack trace.
    private static string? StartFault(Exception fault) => fault switch
    {
        OptionsValidationException options => string.Join(" ", options.Failures),
        StoreException or IOException or UnauthorizedAccessException or InvalidDataException => fault.Message,
        InvalidOperationException { InnerException: FormatException or ArgumentException } => fault.Message,
        _ => null,
    };
}
