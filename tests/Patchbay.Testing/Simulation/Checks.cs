using Patchbay.Store;
using Patchbay.Store.Sessions;

namespace Patchbay.Testing.Simulation;

/// <summary>What must hold in every history.</summary>
internal sealed partial class Checks(World world)
{
    private readonly Dictionary<string, Execution> _executions = [];
    private readonly Dictionary<string, int> _refusals = [];
    private readonly HashSet<string> _gapped = [];
    private int _crashes;
    private int _resumes;
    private int _answers;
    private int _interrupted;

    /// <summary>How often the server has ended, in order or not.</summary>
    public int ServerEnds { get; private set; }

    /// <summary>Whether a server has been asked to stop: only then a call is cut off that may run again.</summary>
    public bool HasDrained { get; set; }

    /// <summary>At most one execution: a tool may start again only when it may be repeated and the server has ended since.</summary>
    public Execution Started(string identity, bool isRepeatable)
    {
        if (!_executions.TryGetValue(identity, out var execution))
            _executions.Add(identity, execution = new Execution(identity));
        if (execution is { Starts: > 0, IsVoid: false } && (!isRepeatable || execution.StartedIn == ServerEnds))
            world.Fail($"{identity} was executed twice");
        if (execution is { Answer: not null, IsVoid: false })
            world.Fail($"{identity} was executed after it had been answered");
        execution.Starts++;
        execution.StartedIn = ServerEnds;
        return execution;
    }

    /// <summary>The same request has one answer for ever.</summary>
    public void Answered(Ask ask, string answer)
    {
        _answers++;
        var execution = Of(ask);
        execution.Answer ??= answer;
        if (execution.IsVoid)
            return;
        if (execution.Answer != answer)
            world.Fail($"{ask.Identity} was answered {execution.Answer}, and then {answer}");
        if (execution.Ends == 0 && !answer.StartsWith("EXECUTION_INTERRUPTED", StringComparison.Ordinal) && !answer.StartsWith("TOOL_TIMEOUT", StringComparison.Ordinal))
            world.Fail($"{ask.Identity} was answered {answer} and never done");
    }

    /// <summary>The outcome is unknown only of what an end of the server has cut off.</summary>
    public void Interrupted(Ask ask)
    {
        _interrupted++;
        if (!ask.HasKey && ask.SentIn == ServerEnds && world.Server is not null)
            world.Fail($"{ask.Identity} was interrupted by nothing");
        if (ask is { HasKey: false, IsRepeatable: true } && !HasDrained && !Of(ask).WasCancelled)
            world.Fail($"{ask.Identity} may run again after a crash, and did not");
    }

    /// <summary>What was refused was not run. (Asked for twice, the second may be refused while the answer to the first waits for room.)</summary>
    public void NotRun(Ask ask)
    {
        if (ask is { HasKey: false, Answers: 0, Sends: 1 } && _executions.TryGetValue(ask.Identity, out var execution) && execution is { Starts: > 0, IsVoid: false })
            world.Fail($"{ask.Identity} was refused and yet run");
    }

    /// <summary>A session goes on only when nothing of it can be lost.</summary>
    public void Resumed(SimClient client)
    {
        _resumes++;
        if (client.MayBeForgotten)
            world.Fail($"{client} went on although the store may have lost a part of it");
    }

    /// <summary>Each reason has its cause.</summary>
    public void Refused(SimClient client, string reason)
    {
        _refusals[reason] = _refusals.GetValueOrDefault(reason) + 1;
        var isDue = reason switch
        {
            "gap" => _gapped.Contains(client.SessionId!),
            "expired" => world.Up - client.LostAt >= TimeSpan.FromSeconds(SimSettings.TtlSeconds),
            "closed" => client.HasClosed,
            _ => false,
        };
        if (!isDue && !client.MayBeForgotten)
            world.Fail($"{client} was refused with {reason} without a cause");
    }

    /// <summary>A gap comes of a full buffer, and of nothing else.</summary>
    public void Gapped(SessionRecord session)
    {
        _gapped.Add(session.Id);
        if (session.BufferedMessages < world.Settings.ReplayMessages)
            world.Fail($"{session.Id} has a gap with {session.BufferedMessages} messages in its buffer");
    }

    /// <summary>The server has ended without order.</summary>
    public void Crashed(bool isForgetful)
    {
        _crashes++;
        ServerEnds++;
        if (isForgetful)
            Forget();
    }

    /// <summary>The server has ended in order.</summary>
    public void Stopped()
    {
        ServerEnds++;
        if (world.Settings.Durability == Durability.Memory)
            Forget();
    }

    /// <summary>One live owner per session, and buffers within their bounds.</summary>
    public void Look(SimServer server)
    {
        foreach (var session in server.Engine.Sessions.All)
        {
            if (session.Connection is null || (session is { Resumable: not null, IsOver: false } && server.Engine.Sessions.FindKept(session.SessionId) != session))
                world.Fail($"{session.SessionId} has a connection and is not the one that is kept");
        }

        // Answers that cannot wait may go on top, to twice the bound; one more and a notice that the server stops are under way then.
        var bound = (world.Settings.ReplayMessages * 2) + 2;
        foreach (var session in server.Engine.Sessions.Kept)
        {
            if (session.Outbox.Kept.Messages > bound)
                world.Fail($"{session.SessionId} has {session.Outbox.Kept.Messages} messages in its buffer");
        }

        // A full store takes no acknowledgements, and keeps what they are for until the next one.
        foreach (var session in world.Settings.QueuedWrites == int.MaxValue ? server.Store.Live : [])
        {
            if (session.BufferedMessages > bound)
                world.Fail($"{session.Id} has {session.BufferedMessages} messages in the store");
        }
    }

    /// <summary>Everything that was asked for was done at most once, and what was answered was done.</summary>
    public void AtTheEnd(IReadOnlyList<SimClient> clients)
    {
        foreach (var client in clients)
        {
            if (!client.IsContent)
                world.Fail($"{client} has not everything");
        }
    }

    /// <summary>The figures of the history.</summary>
    public SimulationResult Result(ulong digest, int events) =>
        new(digest, events, _crashes, _resumes, _refusals, _executions.Values.Sum(execution => execution.Starts), _answers, _interrupted,
            _timeouts, _cancelled, _chunks, _limited, _storeRefusals);

    private void Forget()
    {
        foreach (var execution in _executions.Values)
            execution.IsVoid = true;
        foreach (var client in world.Clients)
            client.StoreForgets();
    }
}
