using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Patchbay.AspNetCore.Telemetry.Exposition;
using Patchbay.Server;
using Patchbay.Server.Guard.Keys;
using Patchbay.Server.Sessions;
using Patchbay.Tools.Debug;
using Patchbay.Transport;

namespace Patchbay.Bench;

/// <summary>The real engine with one standing session and no socket.</summary>
internal sealed class InlineServer : IDisposable
{
    private const string Key = "bench-key-0123456789";

    private readonly ServiceProvider _services;
    private readonly MetricsCollector? _metrics;
    private readonly string _directory = Directory.CreateTempSubdirectory("patchbay-bench-").FullName;

    public InlineServer(bool collectsMetrics = false)
    {
        var settings = new Dictionary<string, string?>
        {
            ["PATCHBAY_API_KEY"] = Key,
            ["Patchbay:DataDirectory"] = _directory,
            ["Patchbay:Store:Kind"] = "memory",
            ["Patchbay:RateLimit:MessagesPerMinute"] = "1000000000",
        };
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Warning));
        services.AddPatchbayServer();
        services.AddDebugTools(_directory);
        _services = services.BuildServiceProvider();
        if (collectsMetrics)
        {
            _metrics = new MetricsCollector(_services.GetRequiredService<IMeterFactory>(), NullLogger<MetricsCollector>.Instance);
            _metrics.Start();
        }

        Engine = _services.GetRequiredService<Engine>();
        var key = _services.GetRequiredService<KeyRing>().Authenticate(Key, null, IPAddress.Loopback)!;
        _ = Engine.ServeAsync(Stream, key, IPAddress.Loopback, null);

        var promised = Engine.ForConnections;
        var connection = new Connection(new InlineStream(), promised.TransportOptions, Engine.Time);
        Inbox = new Inbox(new Session(Engine, key, IPAddress.Loopback, connection, promised), connection, null);
        _ = connection.RunAsync(Inbox);

        var unguarded = new Connection(Unguarded, promised.TransportOptions, Engine.Time);
        _ = unguarded.RunAsync(new UnguardedHandler(new Inbox(new Session(Engine, key, IPAddress.Loopback, unguarded, promised), unguarded, null)));
    }

    public Engine Engine { get; }

    /// <summary>Where frames go in and answers come out.</summary>
    public InlineStream Stream { get; } = new();

    /// <summary>The same of a session nobody guards.</summary>
    public InlineStream Unguarded { get; } = new();

    /// <summary>A second session's entrance, for what is to skip frames and reading.</summary>
    public Inbox Inbox { get; }

    /// <summary>One call from the frame in to the frame out, and whether it was answered with its arguments.</summary>
    public void Prove(byte[] frame)
    {
        Prove(Stream, frame);
        Prove(Unguarded, frame);
    }

    private static void Prove(InlineStream stream, byte[] frame)
    {
        stream.Deliver(frame);
        var answer = Encoding.UTF8.GetString(stream.LastWritten, 0, stream.LastLength);
        if (!answer.Contains("\"result\":{\"t\":\"xxx", StringComparison.Ordinal))
            throw new InvalidOperationException("The call was not answered: " + answer);
    }

    public void Dispose()
    {
        Stream.End();
        Unguarded.End();
        _metrics?.Dispose();
        _services.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Directory.Delete(_directory, recursive: true);
    }
}
