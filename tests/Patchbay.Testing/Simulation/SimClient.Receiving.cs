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
            _connection!.Send(Texts.Hello(_pending));
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
            // Refused: the server stops.
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
        foreach (var ask in keyed)
        {
            var id = NextId();
            _asks.Add(id, new Ask(id, ask.Identity, ask.Text, true, ask.IsRepeatable, ask.SentIn) { Sends = 0 });
        }

        SessionId = null;
        _pending = NextId();
        _phase = Phase.Hello;
        _connection!.Send(Texts.Hello(_pending));
    }

    private void TakeNumbered(JsonElement message, long seq, string? requestId)
    {
        if (seq != LastSeq + 1)
            world.Fail($"Client {number} got {seq} after {LastSeq}");
        LastSeq = seq;
        if (requestId is null || !_asks.TryGetValue(requestId, out var ask))
            return;
        if (!message.TryGetProperty("error_code", out var error))
        {
            Answered(ask, message.GetProperty("result").GetRawText());
            return;
        }

        switch (error.GetString())
        {
            case "INVALID_MESSAGE_ID" when ask.Conflicts > 0:
                ask.Conflicts--;
                return;
            case "SERVER_OVERLOADED":
                // It was not run, and may be asked again.
                ask.SentOn = null;
                world.Checks.NotRun(ask);
                return;
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

    private void Answered(Ask ask, string answer)
    {
        if (++ask.Answers > ask.Sends)
            world.Fail($"Client {number} asked {ask.Id} {ask.Sends} times and was answered {ask.Answers} times");
        world.Checks.Answered(ask, answer);
    }
}
