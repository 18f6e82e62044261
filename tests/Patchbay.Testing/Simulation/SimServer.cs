using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Patchbay.Server;
using Patchbay.Server.Catalog;
using Patchbay.Server.Diagnostics;
using Patchbay.Server.Dispatch;
using Patchbay.Server.Dispatch.Methods;
using Patchbay.Server.Events;
using Patchbay.Server.Guard.Audit;
using Patchbay.Server.Guard.Keys;
using Patchbay.Server.Guard.RateLimit;
using Patchbay.Server.Guard.Violations;
using Patchbay.Server.Options;
using Patchbay.Server.Sessions;
using Patchbay.Server.Telemetry;
using Patchbay.Store.Keys;
using ServerFaults = Patchbay.Server.Dispatch.Faults;

namespace Patchbay.Testing.Simulation;

/// <summary>One process of the server: the real engine with its loops, sessions, calls and recovery, over simulated time, sockets and disk.</summary>
internal sealed class SimServer
{
    // Immutable, so that they are made once for all histories.
    private static readonly ToolCatalog Catalog = new([
        new SimTool("sim/append", isRepeatable: false, isInline: true), new SimTool("sim/read", isRepeatable: true, isInline: true),
        new SimTool("sim/write", isRepeatable: false, isInline: false), new SimTool("sim/watch", isRepeatable: true, isInline: false),
    ]);
    private static readonly ToolsCall ToolsCall = new(Catalog, () => 30_000);
    private static readonly Dispatcher Dispatcher = new(
    [
        new Ping(new ManualTime()), new SessionHello(), new SessionClose(), new ToolsList(Catalog), ToolsCall, new SessionResume(), new RequestsCancel(), new EventsSubscribe(subscribe: true),
    ]);
    private static readonly KeyRing Keys = new(new MemoryKeyStore(), new Pepper(new byte[32]), TimeProvider.System, "a-key-for-simulations");
    private static readonly ApiKey Owner = Keys.Authenticate("a-key-for-simulations", null, null)!;
    private static readonly ApiKey Stranger = new() { Id = "stranger", Name = "stranger", Scopes = new KeyScopes([KeyScopes.Admin]) };

    private readonly World _world;
    private readonly Sweep _sweep;
    private readonly Drain _drain;
    private readonly ManualTime _timeouts = new();
    private readonly Task _starting;
    private Task? _stopping;

    public SimServer(World world)
    {
        _world = world;
        Time.Advance(world.Now);
        Store = new SimStore(world);
        Limit = new SimLimit(world);
        var limit = new RateLimitSettings(world.Settings.MessagesPerMinute + (world.Flaw == Flaw.AdmitsOneMore ? 1 : 0), Penalties: false);
        var options = Options(new PatchbayOptions
        {
            RateLimit = new RateLimitOptions { MessagesPerMinute = limit.MessagesPerMinute, Penalties = false },
            Session = new SessionOptions
            {
                TtlSeconds = SimSettings.TtlSeconds,
                ReplayMessages = world.Settings.ReplayMessages * (world.Flaw == Flaw.KeepsTooMuch ? 4 : 1),
            },
        });
        var forConnections = new ConnectionSettings(options.Value);
        var ids = new IdSource(world.Fill);
        var audit = new NoAudit();
        Engine = new Engine(
            options, () => forConnections, Time, ids, Catalog, Dispatcher, new Deadlines(_timeouts), new ServerFaults(NullLogger<ServerFaults>.Instance, ids), new SessionRegistry(),
            new StatisticsBook(new RequestInstrument(OneMeter.Instance, []), new EventInstruments(OneMeter.Instance)),
            new ViolationLog(audit), audit, Options(new AuditOptions()), new KeyLimiter(Time, () => limit), Store, [], [], NullLogger<Engine>.Instance)
        {
            Later = world.Later.Add,
        };
        _sweep = new Sweep(Engine, []);
        _drain = new Drain(Engine, ids);
        _starting = new Recovery(Engine, Keys, Catalog, ToolsCall, NullLogger<Recovery>.Instance).StartAsync(CancellationToken.None);
    }

    public ManualTime Time { get; } = new();

    public Engine Engine { get; }

    public SimStore Store { get; }

    public SimLimit Limit { get; }

    public List<SimConnection> Connections { get; } = [];

    /// <summary>Whether the process is gone.</summary>
    public bool IsDead { get; private set; }

    /// <summary>Whether it listens.</summary>
    public bool IsListening => !IsDead && Succeeded(_starting) && _stopping is null;

    /// <summary>Whether an orderly end has come to its end.</summary>
    public bool IsStopped => _stopping is not null && Succeeded(_stopping);

    /// <summary>Whether it has been asked to stop.</summary>
    public bool IsStopping => _stopping is not null;

    /// <summary>A client has connected.</summary>
    public SimConnection Connect(Intruder intruder = Intruder.None, int sender = -1)
    {
        var connection = new SimConnection(_world, this, _world.NextConnection()) { Intruder = intruder, Sender = sender };
        Connections.Add(connection);
        _ = ServeAsync(connection, intruder == Intruder.OtherKey ? Stranger : Owner);
        return connection;
    }

    /// <summary>Lets time pass, with a sweep for every second of it.</summary>
    public void Advance(TimeSpan by)
    {
        for (var left = by; left > TimeSpan.Zero; left -= TimeSpan.FromSeconds(1))
        {
            var step = left < TimeSpan.FromSeconds(1) ? left : TimeSpan.FromSeconds(1);
            Time.Advance(step);
            _timeouts.Advance(_world.Flaw switch { Flaw.TimesOutEarly => step * 3, Flaw.TimesOutLate => step / 3, _ => step });
            if (left >= TimeSpan.FromSeconds(1))
                _sweep.Run();
        }
    }

    /// <summary>Asks it to stop, as SIGTERM does.</summary>
    public void Stop() => _stopping ??= _drain.StoppingAsync(CancellationToken.None);

    /// <summary>The process is gone at once.</summary>
    public void Die() => IsDead = true;

    private async Task ServeAsync(SimConnection connection, ApiKey key)
    {
        try
        {
            await Engine.ServeAsync(connection.Stream, key, IPAddress.Loopback, connection.Abort);
        }
        catch (Exception fault) when (fault is not SimulationException)
        {
            _world.Fail($"Connection {connection.Number} ended with {fault}");
        }
        finally
        {
            connection.Served();
        }
    }

    private static bool Succeeded(Task task)
    {
        if (task.IsFaulted)
            task.GetAwaiter().GetResult();
        return task.IsCompleted;
    }

    private static IOptions<T> Options<T>(T value)
        where T : class => Microsoft.Extensions.Options.Options.Create(value);

    private sealed class NoAudit : IAuditLog
    {
        public void Write(in AuditRecord record)
        {
            // Files are no part of the simulation.
        }
    }
}
