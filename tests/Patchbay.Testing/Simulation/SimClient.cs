namespace Patchbay.Testing.Simulation;

/// <summary>A client that does what the contract asks of it: counts, acknowledges, comes back, asks again.</summary>
internal sealed partial class SimClient(World world, int number)
{
    private enum Phase
    {
        Away,
        Welcome,
        Hello,
        Resume,
        Live,
    }

    // How long calls may take, in milliseconds.
    private static readonly int[] Times = [500, 5_000, 20_000];

    private readonly Dictionary<string, Ask> _asks = [];
    private SimConnection? _connection;
    private Phase _phase;
    private string _pending = "";
    private long _acknowledged;
    private int _ids;
    private readonly Dictionary<string, Ask> _cancels = [];
    private TimeSpan _refusedUntil;

    public string? SessionId { get; private set; }

    public string? Token { get; private set; }

    public long Epoch { get; private set; }

    /// <summary>Everything up to this number has arrived.</summary>
    public long LastSeq { get; private set; }

    /// <summary>When the connection was lost, in the time servers have run.</summary>
    public TimeSpan LostAt { get; private set; }

    /// <summary>Whether the client has ended its session.</summary>
    public bool HasClosed { get; private set; }

    /// <summary>Whether the store may have lost the session, as its durability allows.</summary>
    public bool MayBeForgotten { get; private set; }

    /// <summary>Whether every request was answered and everything has arrived.</summary>
    public bool IsContent => _phase == Phase.Live && !_connection!.HasBytesToClient && _asks.Values.All(ask => ask.Answers > 0);

    public override string ToString() => $"client {number} {_phase} {SessionId} {LastSeq} on {_connection}, waits for {string.Join(',', _asks.Values.Where(ask => ask.Answers == 0).Select(ask => ask.Id))}";

    /// <summary>Does something.</summary>
    public void Act()
    {
        world.Note($"client {number}");
        if (_connection is null)
            Connect();
        else if (_phase == Phase.Live)
            ActLive();
    }

    /// <summary>In fine weather: reads everything, comes back, and asks again for what it has no answer to.</summary>
    public void Rest()
    {
        while (Receive())
        {
            // Everything that has come.
        }

        if (_connection is null && world.Up >= _refusedUntil)
            Connect();
        if (_phase != Phase.Live)
            return;
        foreach (var ask in _asks.Values.Where(ask => ask.Answers == 0 && ask.SentOn != _connection).ToArray())
        {
            if (world.Up >= _refusedUntil)
                SendAgain(ask);
        }

        Acknowledge(LastSeq);
    }

    /// <summary>The connection breaks, somewhere in what is under way.</summary>
    public void Lose()
    {
        if (_connection is null)
            return;
        world.Note($"lose {number}");
        _connection.Leave(world.Chance(50) ? int.MaxValue : world.Next(400));
        BeAway();
    }

    /// <summary>The server is gone; some of what it sent arrives yet.</summary>
    public void ServerIsGone()
    {
        for (var count = world.Next(8); count > 0 && Receive(); count--)
        {
            // It was on its way.
        }

        _connection?.Leave(0);
        BeAway();
    }

    /// <summary>The store has lost what it had not promised to keep.</summary>
    public void StoreForgets()
    {
        if (SessionId is not null)
            MayBeForgotten = true;
    }

    private void Connect()
    {
        if (world.Server is not { } server)
            return;
        _connection = server.Connect(sender: number);
        _phase = Phase.Welcome;
    }

    private void BeAway()
    {
        if (_connection is null)
            return;
        // The server may have ended it before the client came to hear of it.
        if (_phase == Phase.Live)
            LostAt = _connection.ServedAt ?? world.Up;
        _connection = null;
        _phase = Phase.Away;
    }

    private void ActLive()
    {
        var dice = world.Next(100);
        if (dice < 40)
            AskNew();
        else if (dice < 48 && _asks.Count > 0)
            Cancel(AnyAsk());
        else if (dice < 55 && _asks.Count > 0)
            SendAgain(AnyAsk());
        else if (dice < 60 && _asks.Count > 0)
            AskOtherwise(AnyAsk());
        else if (dice < 78)
            Acknowledge(_acknowledged + world.Next((int)(LastSeq - _acknowledged) + 1));
        else if (dice < 88)
            Ping(1);
        else if (dice < 92)
            Ping(world.Next(world.Settings.ReplayMessages * 2));
        else if (dice < 94)
            Close();
        else
            Lose();
    }

    private Ask AnyAsk() => _asks.Values.ElementAt(world.Next(_asks.Count));

    private string NextId() => $"req-{++_ids}";

    private void AskNew()
    {
        var id = NextId();
        var key = world.Chance(30) ? $"key-{world.Next(6)}" : null;
        var identity = key ?? $"{SessionId}:{id}";
        // What a key stands for is always the same.
        var kind = key is null ? world.Next(12) : key[^1] % 6;
        var isRepeatable = kind % 2 == 0;
        var more = kind < 2 ? "" : $$""","ms":{{Times[kind % 3]}}""";
        var streams = kind is 3 or 4 or > 7;
        var name = (isRepeatable, kind < 2) switch { (true, true) => "sim/read", (false, true) => "sim/append", (true, false) => "sim/watch", _ => "sim/write" };
        var rest = (kind < 2 ? "" : $$""","timeout_ms":{{Times[kind % 3]}}""") + (streams ? ""","stream":true""" : "");
        var parameters = $$"""{"name":"{{name}}","arguments":{"n":"{{identity}}"{{more}}}{{rest}}}""";
        var text = Texts.Request("ID", "tools/call", parameters, key is null ? "" : $$""","context":{"idempotency_key":"{{key}}"}""");
        var ask = new Ask(id, identity, text, key is not null, isRepeatable, world.Checks.ServerEnds, streams, kind < 2 ? 0 : Times[kind % 3]) { SentOn = _connection };
        _asks.Add(id, ask);
        world.Checks.Asked(ask);
        _connection!.Send(text.Replace("\"ID\"", $"\"{id}\"", StringComparison.Ordinal), id);
    }

    private void SendAgain(Ask ask)
    {
        ask.Sends++;
        world.Checks.Asked(ask);
        ask.SentOn = _connection;
        _connection!.Send(ask.Text.Replace("\"ID\"", $"\"{ask.Id}\"", StringComparison.Ordinal), ask.Id);
    }

    private void Cancel(Ask ask)
    {
        var id = NextId();
        _cancels.Add(id, ask);
        world.Checks.Cancels(ask);
        _connection!.Send(Texts.Request(id, "requests/cancel", $$"""{"request_id":"{{ask.Id}}"}"""), id);
    }

    // Only what was answered is surely known to the server under its id.
    private void AskOtherwise(Ask ask)
    {
        if (ask.Answers == 0 || ask.HasKey)
            return;
        ask.Conflicts++;
        _connection!.Send(Texts.Request(ask.Id, "tools/call", """{"name":"sim/append","arguments":{"n":"other"}}"""), ask.Id);
    }

    private void Acknowledge(long seq)
    {
        if (seq <= _acknowledged)
            return;
        _acknowledged = seq;
        _connection!.Send(Texts.Ack(++_ids, seq));
    }

    private void Ping(int count)
    {
        for (; count > 0; count--)
        {
            var id = NextId();
            _connection!.Send(Texts.Request(id, "ping", "{}"), id);
        }
    }

    private void Close()
    {
        HasClosed = true;
        if (world.Chance(50))
        {
            var id = NextId();
            _connection!.Send(Texts.Request(id, "session/close", "{}"), id);
        }
        else
            _connection!.SendClose(1000);
    }
}
