using System.Text;

namespace Patchbay.Testing.Simulation;

/// <summary>One history: clients, network, server and disk in one thread, with every choice drawn from the seed.</summary>
internal sealed partial class World
{
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly long _seed;
    private readonly Random _random;
    private readonly Random _secrets;
    private readonly List<SimRun> _running = [];
    private SimServer? _server;
    private string? _fault;
    private int _connections;
    private ulong _digest = 14_695_981_039_346_656_037;

    public World(long seed, Flaw flaw, Action<string>? trace)
    {
        Trace = trace;
        _seed = seed;
        Flaw = flaw;
        _random = new Random(unchecked((int)(seed ^ (seed >> 32))));
        // Of its own, so that what the server draws does not shift what happens.
        _secrets = new Random(_random.Next());
        Settings = SimSettings.Draw(_random);
        Checks = new Checks(this);
        Disk = new SimDisk(this);
        Clients = [.. Enumerable.Range(0, Settings.Clients).Select(number => new SimClient(this, number))];
        SimTool.World = this;
    }

    public Flaw Flaw { get; }

    /// <summary>Told everything that happens, or null.</summary>
    public Action<string>? Trace { get; }

    public SimSettings Settings { get; }

    public Checks Checks { get; }

    public SimDisk Disk { get; }

    public SimClient[] Clients { get; }

    /// <summary>What the server wants to run later.</summary>
    public List<Action> Later { get; } = [];

    public int Step { get; private set; }

    /// <summary>The time since the beginning.</summary>
    public TimeSpan Now { get; private set; }

    /// <summary>How long servers have run.</summary>
    public TimeSpan Up { get; private set; }

    /// <summary>The server that listens, or null.</summary>
    public SimServer? Server => _server is { IsListening: true } server ? server : null;

    public int RunningTools => _running.Count;

    /// <summary>Plays the history.</summary>
    public SimulationResult Run()
    {
        _server = new SimServer(this);
        for (Step = 0; Step < Settings.Steps; Step++)
        {
            new Weather(this).Blow();
            AfterStep();
        }

        Rest();
        _server!.Limit.Check();
        Checks.AtTheEnd(Clients);
        return Checks.Result(_digest, Step);
    }

    public int Next(int bound) => _random.Next(bound);

    public bool Chance(int percent) => _random.Next(100) < percent;

    public void Fill(Span<byte> bytes) => _secrets.NextBytes(bytes);

    public int NextConnection() => _connections++;

    /// <summary>How often a message gets to its client: once, in a world without flaws.</summary>
    public int CopiesOf(in WireMessage message) =>
        Flaw is Flaw.SkipsNumbers or Flaw.RepeatsNumbers && message.CloseCode == 0 && message.Json.TryGetProperty("seq", out _) && Chance(3)
            ? Flaw == Flaw.SkipsNumbers ? 0 : 2
            : 1;

    /// <summary>Bytes on the wire become part of the digest.</summary>
    public void Note(ReadOnlySpan<byte> bytes)
    {
        if (Environment.CurrentManagedThreadId != _thread)
            Fail($"Something ran on another thread: {Environment.StackTrace}");
        foreach (var value in bytes)
            _digest = (_digest ^ value) * 1_099_511_628_211;
    }

    /// <summary>An event becomes part of the digest.</summary>
    public void Note(string text)
    {
        Trace?.Invoke($"{Step} {Up.TotalSeconds:0.0} s: {text}");
        Note(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>A promise was broken. Kept as well: the product may swallow the exception.</summary>
    public void Fail(string what)
    {
        _fault ??= $"{what}. Seed {_seed}, event {Step}, {Settings}.";
        throw new SimulationException(_fault);
    }

    /// <summary>Lets time pass.</summary>
    public void Pass(TimeSpan time)
    {
        Now += time;
        if (_server is null)
            return;
        Up += time;
        _server.Advance(time);
    }

    /// <summary>The server ends at once.</summary>
    public void Crash(bool isPowerLoss)
    {
        Note("crash");
        // What a tool has done outside may be done, with nobody left to note it.
        foreach (var run in _running)
            run.Execution.Ends += Next(2);
        GoDown();
        Checks.Crashed(Disk.Crash(isPowerLoss));
    }

    /// <summary>Begins the orderly end.</summary>
    public void Stop()
    {
        Checks.HasDrained = true;
        _server?.Stop();
    }

    /// <summary>Starts a server when there is none, which takes a moment.</summary>
    public void Start()
    {
        if (_server is not null)
            return;
        Pass(TimeSpan.FromMilliseconds(1));
        _server = new SimServer(this);
    }

    /// <summary>Runs one of the things that were put off.</summary>
    public void RunLater()
    {
        var index = Next(Later.Count);
        var work = Later[index];
        Later.RemoveAt(index);
        work();
    }

    /// <summary>Every connection that may still carry something.</summary>
    public IReadOnlyList<SimConnection> Connections => _server?.Connections ?? [];

    public bool IsUp => _server is not null;

    private void AfterStep()
    {
        if (_fault is not null)
            throw new SimulationException(_fault);
        if (_server is null)
            return;
        if (_server.IsStopped)
        {
            while (Disk.HasWork)
                Disk.Commit();
            Disk.Sync();
            GoDown();
            Checks.Stopped();
            return;
        }

        _server.Connections.RemoveAll(connection => connection is { IsLeft: true, IsServed: true });
        Checks.Look(_server);
    }

    private void GoDown()
    {
        _server!.Limit.Check();
        _server.Die();
        foreach (var client in Clients)
            client.ServerIsGone();
        _server = null;
        _running.Clear();
        Later.Clear();
    }

    // The weather is fine from here on: everything that was promised must come.
    private void Rest()
    {
        for (var round = 0; !Clients.All(client => client.IsContent) || !IsUp; round++, Step++)
        {
            if (round > 400)
                Fail($"It does not come to rest: {string.Join("; ", Clients.Select(client => client.ToString()))}");
            Start();
            while (Later.Count > 0)
                RunLater();
            LookAtRunning();
            Disk.Commit();
            foreach (var connection in Connections.ToArray())
                connection.DeliverToServer(int.MaxValue);
            foreach (var client in Clients)
                client.Rest();
            if (_running.Count > 0)
                EndTool();
            // Whoever was refused waits as long as it was told.
            Pass(TimeSpan.FromMilliseconds(Settings.MessagesPerMinute == SimSettings.Unlimited ? 100 : 1_000));
            AfterStep();
        }
    }
}
