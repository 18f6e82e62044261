using System.Text.Json;

namespace Patchbay.Testing.Simulation;

/// <content>What it receives.</content>
internal sealed partial class SimClient
{
    /// <summary>Takes the next message; false when none has come.</summary>
    public bool Receive()
    {
        if (_connection is not { HasBytesToClient: true } connection)
            return false;
        if (connection.DeliverToClient() is { CloseCode: 0 } message)
        {
            Take(message.Json);
            return true;
        }

        connection.Leave(0);
        BeAway();
        return true;
    }

    private void Take(JsonElement message)
    {
        var requestId = message.TryGetProperty("request_id", out var told) ? told.GetString() : null;
        if (requestId is not null)
            Hear(message, requestId);
        if (message.TryGetProperty("event_type", out var type) && type.ValueEquals("welcome"))
            Begin();
        else if (_phase == Phase.Hello && requestId == _pending)
            TakeHello(message);
        else if (_phase == Phase.Resume && requestId == _pending)
            TakeResume(message);
        else if (message.TryGetProperty("seq", out var seq))
            TakeNumbered(message, seq.GetInt64(), requestId);
        else if (requestId is not null)
            world.Fail($"Client {number} got an answer without a number: {message}");
    }

    private void Begin()
    {
        _pending = NextId();
        if (SessionId is null)
        {
            _phase = Phase.Hello;
            _connection!.Send(Texts.Hello(_pending), _pending);
            return;
        }

        _phase = Phase.Resume;
        _connection!.Resuming = (SessionId, LastSeq);
        _connection.Send(Texts.Resume(_pending, SessionId, Token!, Epoch, LastSeq));
    }

    private void TakeHello(JsonElement message)
    {
        if (!message.TryGetProperty("result", out var result))
        {
            world.Checks.Overloaded(message);
            Lose();
            return;
        }

        if (message.GetProperty("seq").GetInt64() != 1)
            world.Fail($"Client {number}: the answer to hello has not the number 1");
        SessionId = result.GetProperty("session_id").GetString();
        Token = result.GetProperty("resume_token").GetString();
        Epoch = result.GetProperty("epoch").GetInt64();
        LastSeq = 1;
        _acknowledged = 0;
        HasClosed = MayBeForgotten = false;
        LostAt = world.Up;
        _phase = Phase.Live;
    }

    private void TakeResume(JsonElement message)
    {
        if (!message.TryGetProperty("result", out var result))
        {
            world.Checks.Overloaded(message);
            Lose();
            return;
        }

        if (!result.GetProperty("resumed").GetBoolean())
        {
            world.Checks.Refused(this, result.GetProperty("reason").GetString()!);
            StartOver();
            return;
        }

        world.Checks.Resumed(this);
        Token = result.GetProperty("resume_token").GetString();
        foreach (var id in result.GetProperty("in_flight").EnumerateArray())
        {
            if (!_asks.ContainsKey(id.GetString()!))
                world.Fail($"Client {number} never asked {id}, which is said to be in flight");
        }

        _phase = Phase.Live;
    }

    // The session is over; what has a key can be asked for again under another id.
    private void StartOver()
    {
        var keyed = _asks.Values.Where(ask => ask is { HasKey: true, Answers: 0 }).ToArray();
        _asks.Clear();
        _cancels.Clear();
        foreach (var ask in keyed)
        {
            var id = NextId();
            _asks.Add(id, new Ask(id, ask.Identity, ask.Text, true, ask.IsRepeatable, ask.SentIn, ask.Streams, ask.TimeoutMs) { Sends = 0 });
        }

        SessionId = null;
        _pending = NextId();
        _phase = Phase.Hello;
        _connection!.Send(Texts.Hello(_pending), _pending);
    }

    private void TakeNumbered(JsonElement message, long seq, string? requestId)
    {
        if (seq != LastSeq + 1)
            world.Fail($"Client {number} got {seq} after {LastSeq}");
        LastSeq = seq;
        if (message.TryGetProperty("event_type", out var type) && type.ValueEquals("tool.chunk"))
            TakeChunk(message.GetProperty("data"));
        if (requestId is null)
            return;
        if (_cancels.Remove(requestId, out var cancelled) && message.TryGetProperty("result", out var isCancelled))
            world.Checks.CancelAnswered(cancelled, isCancelled.GetProperty("cancelled").GetBoolean());
        if (!_asks.TryGetValue(requestId, out var ask))
            return;
        if (!message.TryGetProperty("error_code", out var error))
        {
            var result = message.GetProperty("result");
            world.Checks.Streamed(ask, result);
            Answered(ask, result.GetRawText());
            return;
        }

        switch (error.GetString())
        {
            case "INVALID_MESSAGE_ID" when ask.Conflicts > 0:
                ask.Conflicts--;
                return;
            case "SERVER_OVERLOADED" or "RATE_LIMIT_EXCEEDED":
                // It was not run, and may be asked again.
                ask.SentOn = null;
                world.Checks.Overloaded(message);
                world.Checks.NotRun(ask);
                return;
            case "REQUEST_CANCELLED":
                if (++ask.Answers > ask.Sends)
                    world.Fail($"Client {number} asked {ask.Id} {ask.Sends} times and was answered {ask.Answers} times");
                world.Checks.Cancelled(ask);
                return;
            case "TOOL_TIMEOUT":
                world.Checks.TimedOut(ask);
                break;
            case "EXECUTION_INTERRUPTED":
                world.Checks.Interrupted(ask);
                break;
            case "TOOL_EXECUTION_FAILED":
                break;
            default:
                world.Fail($"Client {number} was answered {message}");
                return;
        }

        Answered(ask, $"{error} {message.GetProperty("error_message").GetString()}");
    }

    // What the rate limit let on was answered somehow; and what it refused was told when to come again.
    private void Hear(JsonElement message, string requestId)
    {
        int? retryAfterMs = null;
        if (message.TryGetProperty("error_code", out var error) && error.ValueEquals("RATE_LIMIT_EXCEEDED"))
        {
            retryAfterMs = world.Checks.Limited(message.GetProperty("details"));
            _refusedUntil = world.Up + TimeSpan.FromMilliseconds(retryAfterMs.Value);
        }

        if (!_connection!.Server.IsDead)
            _connection.Server.Limit.Answered(number, requestId, retryAfterMs);
    }

    private void TakeChunk(JsonElement data)
    {
        if (!_asks.TryGetValue(data.GetProperty("request_id").GetString()!, out var ask))
        {
            world.Fail($"Client {number} got a chunk it never asked for: {data}");
            return;
        }

        world.Checks.Chunk(ask, data.GetProperty("index").GetInt32(), data.GetProperty("chunk").GetString()!);
    }

    private void Answered(Ask ask, string answer)
    {
        if (++ask.Answers > ask.Sends)
            world.Fail($"Client {number} asked {ask.Id} {ask.Sends} times and was answered {ask.Answers} times");
        world.Checks.Answered(ask, answer);
    }
}
