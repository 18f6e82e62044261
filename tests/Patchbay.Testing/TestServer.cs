using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Patchbay.AspNetCore;
using Patchbay.Server.Guard.Audit;
using Patchbay.Server.Sessions;
using Patchbay.Tools;
using Patchbay.Tools.Debug;

namespace Patchbay.Testing;

/// <summary>The real server in this process, on a port of its own, with a data directory of its own that is removed at the end.</summary>
public sealed class TestServer : IAsyncDisposable
{
    /// <summary>The key that opens every server a test starts; it has every scope.</summary>
    public const string Key = "a-key-for-tests-0001";

    private readonly WebApplication _app;
    private readonly DirectoryInfo _data;
    private bool _isStopped;

    private TestServer(WebApplication app, DirectoryInfo data)
    {
        _app = app;
        _data = data;
        Url = new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());
    }

    /// <summary>Where it listens.</summary>
    public Uri Url { get; }

    /// <summary>The services of the server.</summary>
    public IServiceProvider Services => _app.Services;

    /// <summary>Sessions that have a connection.</summary>
    public int Connections => Services.GetRequiredService<SessionRegistry>().Count;

    /// <summary>The tools, to add some while the server runs.</summary>
    public IToolRegistry Tools => Services.GetRequiredService<IToolRegistry>();

    /// <summary>Starts a server with the debug tools, and a rate limit that no test reaches by accident.</summary>
    /// <param name="time">The clock, or null for the real one.</param>
    /// <param name="settings">Further settings, for example <c>("RateLimit:MessagesPerMinute", "100")</c>, without the section.</param>
    public static Task<TestServer> StartAsync(TimeProvider? time = null, params (string Name, string Value)[] settings) => StartWithAsync(
        builder =>
        {
            if (time is not null)
                builder.Services.AddSingleton(time);
        },
        settings);

    /// <summary>Starts a server that was changed in another way before it was built.</summary>
    /// <param name="change">Called before the server's own services are added.</param>
    /// <param name="settings">Further settings.</param>
    public static async Task<TestServer> StartWithAsync(Action<WebApplicationBuilder> change, params (string Name, string Value)[] settings)
    {
        var data = Directory.CreateTempSubdirectory("patchbay-test-");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["PATCHBAY_API_KEY"] = Key,
            ["Patchbay:DataDirectory"] = data.FullName,
            ["Patchbay:Store:Kind"] = "memory",
            ["Patchbay:RateLimit:MessagesPerMinute"] = "1000000",
        });
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create("Patchbay:" + setting.Name, (string?)setting.Value)));
        change(builder);
        builder.Services.AddPatchbay();
        builder.Services.AddDebugTools(data.FullName);
        var app = builder.Build();
        app.MapPatchbay();
        await app.StartAsync();
        return new TestServer(app, data);
    }

    /// <summary>A client for HTTP, with the key when asked for.</summary>
    public HttpClient Http(string? key = Key)
    {
        var client = new HttpClient { BaseAddress = Url };
        if (key is not null)
            client.DefaultRequestHeaders.Add("X-API-Key", key);
        return client;
    }

    /// <summary>Completes when the audit log has what happened so far.</summary>
    public Task FlushAuditAsync() => ((AuditLog)Services.GetRequiredService<IAuditLog>()).FlushAsync(CancellationToken.None).Bounded();

    /// <summary>The lines of the audit log.</summary>
    public string[] AuditLines()
    {
        using var file = new StreamReader(new FileStream(Path.Combine(_data.FullName, "audit.jsonl"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return file.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Stops in an orderly way, as SIGTERM does.</summary>
    public Task StopAsync()
    {
        _isStopped = true;
        return _app.StopAsync();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        // No patience for peers that a test has left behind.
        if (!_isStopped)
            await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        _data.Delete(recursive: true);
    }
}
