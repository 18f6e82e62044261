using Microsoft.Extensions.Hosting;
using Patchbay.Protocol.Errors;
using Patchbay.Server.Sessions;
using Patchbay.Store;
using Patchbay.Store.Sessions;
using Patchbay.Tools;

namespace Patchbay.Server.Events;

/// <summary>
/// One look at all connections every second, instead of a timer for each: pings the silent, closes the dead and the stuck, and every five seconds
/// tells subscribers how the server is.
/// </summary>
internal sealed class Sweep(Engine engine, IEnumerable<IHostFigures> host) : BackgroundService
{
    private const int StatusEverySeconds = 5;

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    // A peer is gone this long after it should have answered a ping.
    private static readonly TimeSpan PingGrace = TimeSpan.FromSeconds(10);

    private readonly IHostFigures? _host = host.FirstOrDefault();
    private StoreFault _storeFault = StoreFault.None;
    private long _sweeps;

    /// <summary>One sweep.</summary>
    public void Run()
    {
        engine.Statistics.Tick();
        LookAtStore();
        var status = ++_sweeps % StatusEverySeconds == 0 ? StatusUpdate.Of(engine, _host) : null;
        foreach (var session in engine.Sessions.All)
        {
            Look(session);
            if (status is not null && session.IsSubscribed(StatusUpdate.EventType))
                session.Publish(StatusUpdate.EventType, "system", status, StatusUpdate.Write);
        }

        foreach (var session in engine.Sessions.Kept)
        {
            if (session.Resumable!.ExpiresAt <= engine.Store.Now)
                session.End(SessionState.Expired);
        }
    }

    /// <summary>Tells subscribers that tools came or went.</summary>
    public void TellToolsChanged()
    {
        foreach (var session in engine.Sessions.All)
        {
            if (session.IsSubscribed("tools_changed"))
                session.Publish("tools_changed", "system", engine.Catalog.Entries.Count, static (writer, count) =>
                {
                    writer.WriteStartObject();
                    writer.WriteNumber("tools", count);
                    writer.WriteEndObject();
                });
        }
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        engine.Catalog.Changed += TellToolsChanged;
        using var timer = new PeriodicTimer(Period, engine.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
                Run();
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private void LookAtStore()
    {
        var fault = engine.Store.Figures.Fault;
        if (fault != _storeFault)
            Notices.Store(engine, _storeFault = fault);
    }

    private void Look(Session session)
    {
        if (session.Connection is not { } connection)
            return;
        if (connection.IsStuck())
        {
            // Its socket takes not even a Close.
            connection.Abort();
            Notices.SlowConsumer(session);
            return;
        }

        if (session.IsStuck(session.Settings.TransportOptions.StuckAfter))
            session.Close(CloseCodes.SlowConsumer);
        if (connection.LastReceived == 0 || connection.IsClosing)
            return;
        var pingAfter = TimeSpan.FromSeconds(session.Settings.HeartbeatSeconds);
        var silence = engine.Time.GetElapsedTime(connection.LastReceived);
        if (silence > pingAfter + PingGrace)
            session.Close(CloseCodes.HeartbeatTimeout);
        else if (silence > pingAfter && session.TryMarkPinged(connection.LastReceived))
            connection.Ping();
    }
}
