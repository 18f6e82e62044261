using System.Reflection;
using Microsoft.Extensions.Options;
using Patchbay.Protocol.Errors;
using Patchbay.Protocol.Limits;
using Patchbay.Server.Catalog;
using Patchbay.Server.Diagnostics;
using Patchbay.Server.Dispatch;
using Patchbay.Server.Guard.Keys;
using Patchbay.Server.Options;
using Patchbay.Server.Sessions;
using Patchbay.Tools;
using Patchbay.Transport;

namespace Patchbay.Server;

/// <summary>What all sessions share, and the door a finished handshake comes in by.</summary>
internal sealed class Engine
{
    private readonly IBinaryMessages? _binary;
    private readonly long _startedAt;

    public Engine(
        IOptions<PatchbayOptions> options, TimeProvider time, IdSource ids, ToolCatalog catalog, Dispatcher dispatcher, Deadlines deadlines, Faults faults,
        SessionRegistry sessions, Traffic traffic, IEnumerable<IBinaryMessages> binary)
    {
        Options = options.Value;
        Time = time;
        Ids = ids;
        Catalog = catalog;
        Dispatcher = dispatcher;
        Deadlines = deadlines;
        Faults = faults;
        Sessions = sessions;
        Traffic = traffic;
        _binary = binary.SingleOrDefault();
        _startedAt = time.GetTimestamp();
        ProtocolLimits = new ProtocolLimits { MaxMessageBytes = Options.Limits.MaxMessageBytes, MaxBatch = Options.Limits.MaxBatch };
        TransportOptions = new TransportOptions { MaxMessageBytes = Options.Limits.MaxMessageBytes, MaxOutboundBytes = Options.Limits.MaxOutboundBytes };
    }

    /// <summary>The version of the product.</summary>
    public static string Version { get; } =
        typeof(Engine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public PatchbayOptions Options { get; }

    public TimeProvider Time { get; }

    public IdSource Ids { get; }

    public ToolCatalog Catalog { get; }

    public Dispatcher Dispatcher { get; }

    public Deadlines Deadlines { get; }

    public Faults Faults { get; }

    public SessionRegistry Sessions { get; }

    public Traffic Traffic { get; }

    public ProtocolLimits ProtocolLimits { get; }

    public TransportOptions TransportOptions { get; }

    public IReadOnlyList<string> Capabilities { get; } = ["tools", "batching", "streaming", "events"];

    /// <summary>Whether the server is about to stop and takes nothing new.</summary>
    public bool IsDraining { get; set; }

    public double UptimeSeconds => Time.GetElapsedTime(_startedAt).TotalSeconds;

    /// <summary>Serves one connection from the finished handshake to its end.</summary>
    /// <param name="stream">The raw stream.</param>
    /// <param name="key">Whose key opened it.</param>
    /// <param name="address">Where it comes from.</param>
    /// <param name="abort">Ends the socket at once.</param>
    public async Task ServeAsync(Stream stream, ApiKey key, string address, Action? abort)
    {
        using var connection = new Connection(stream, TransportOptions, Time, abort);
        var session = new Session(this, key, address, connection);
        Sessions.Add(session);
        try
        {
            Welcome.Send(session);
            await connection.RunAsync(new Inbox(session, _binary)).ConfigureAwait(false);
        }
        finally
        {
            Sessions.Remove(session);
            session.End();
        }
    }

    /// <summary>Something was refused; what is known of it is kept for the report.</summary>
    public void Refused(Session session, ErrorCode code, string what)
    {
        _ = (session, code, what);
    }
}
