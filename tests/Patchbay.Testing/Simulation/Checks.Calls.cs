using System.Text.Json;

namespace Patchbay.Testing.Simulation;

/// <content>Calls that are cancelled, that take too long, that send chunks, or that are refused.</content>
internal sealed partial class Checks
{
    private int _timeouts;
    private int _cancelled;
    private int _chunks;
    private int _limited;
    private int _storeRefusals;

    /// <summary>Something is asked for.</summary>
    public void Asked(Ask ask)
    {
        var execution = Of(ask);
        execution.AskedAt ??= world.Up;
        execution.UnwantedIn = null;
    }

    /// <summary>A request is to be cancelled.</summary>
    public void Cancels(Ask ask) => Of(ask).WasCancelled = true;

    /// <summary>Only what somebody cancelled ends so, or with a key what another session left behind. Of an execution that nobody else asked for nothing is wanted any more.</summary>
    public void Cancelled(Ask ask)
    {
        _cancelled++;
        ask.IsCancelled = true;
        var execution = Of(ask);
        if (!ask.HasKey && !execution.WasCancelled)
            world.Fail($"{ask.Identity} was cancelled by nobody");
        if (ask is { HasKey: false, Sends: 1 })
            execution.UnwantedIn = ServerEnds;
    }

    /// <summary>What is said to be cancelled has been answered so, and nothing else has.</summary>
    public void CancelAnswered(Ask ask, bool isCancelled)
    {
        if (isCancelled && !ask.IsCancelled)
            world.Fail($"{ask.Id} is said to be cancelled and was not answered so");
    }

    /// <summary>A call has at least the time it was given.</summary>
    public void TimedOut(Ask ask)
    {
        _timeouts++;
        var execution = Of(ask);
        var given = TimeSpan.FromMilliseconds(ask.TimeoutMs);
        if (execution is { IsVoid: false, AskedAt: { } asked } && world.Up - asked < given)
            world.Fail($"{ask.Identity} was given {given} and had {world.Up - asked}");
    }

    /// <summary>Chunks come in order, each once, and before the answer.</summary>
    public void Chunk(Ask ask, int index, string text)
    {
        _chunks++;
        if (ask.Answers > 0 || !ask.Streams)
            world.Fail($"{ask.Id} got a chunk behind its answer, or wanted none: {text}");
        if (index != ask.Chunks++ || !text.StartsWith(ask.Identity + " run ", StringComparison.Ordinal) || !text.EndsWith($" chunk {index}", StringComparison.Ordinal))
            world.Fail($"{ask.Id} got chunk {index} '{text}' after {ask.Chunks - 1}");
    }

    /// <summary>The answer says how many chunks there were. (A call that runs again after a restart sends none.)</summary>
    public void Streamed(Ask ask, JsonElement result)
    {
        var told = result.TryGetProperty("chunks", out var count) ? count.GetInt32() : 0;
        if (ask is { HasKey: false, Answers: 0 } && Of(ask) is { Starts: 1, IsVoid: false } && told != ask.Chunks)
            world.Fail($"{ask.Id} was answered with {told} chunks and got {ask.Chunks}");
    }

    /// <summary>A refusal of the rate limit says when to come again.</summary>
    public int Limited(JsonElement details)
    {
        _limited++;
        var wait = details.GetProperty("retry_after_ms").GetInt32();
        if (details.GetProperty("limit").GetInt32() != world.Settings.MessagesPerMinute || details.GetProperty("remaining").GetInt32() != 0 || wait is < 1 or > 60_000)
            world.Fail($"The limit of {world.Settings.MessagesPerMinute} refused with {details}");
        return wait;
    }

    /// <summary>Nothing is refused without one of its causes.</summary>
    public void Overloaded(JsonElement message)
    {
        if (!message.GetProperty("error_code").ValueEquals("SERVER_OVERLOADED"))
            return;
        var reason = message.TryGetProperty("details", out var details) && details.TryGetProperty("reason", out var told) ? told.GetString() : null;
        if (reason == "store")
            _storeRefusals++;
        if (!(reason == "draining" && HasDrained) && !(reason == "store" && world.Settings.QueuedWrites != int.MaxValue))
            world.Fail($"Refused without a cause: {message}");
    }

    private Execution Of(Ask ask)
    {
        if (!_executions.TryGetValue(ask.Identity, out var execution))
            _executions.Add(ask.Identity, execution = new Execution(ask.Identity));
        return execution;
    }
}
