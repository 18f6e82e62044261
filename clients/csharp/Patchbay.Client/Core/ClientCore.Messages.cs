using System.Text.Json;
using System.Text.Json.Nodes;
using Patchbay.Client.Errors;
using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Errors;

namespace Patchbay.Client.Core;

/// <summary>What the server sends.</summary>
internal sealed partial class ClientCore
{
    private void Elements(ReadOnlySpan<byte> text, double now)
    {
        if (text.TrimStart(" \t\r\n"u8) is not [(byte)'[', ..])
        {
            Message(text, now);
            return;
        }

        // First to the end: of a text that is not JSON nothing counts.
        var elements = new List<(int Start, int Length)>();
        var reader = new Utf8JsonReader(text);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            elements.Add((start, (int)reader.BytesConsumed - start));
        }

        reader.Read();
        foreach (var (start, length) in elements)
        {
            if (!_life.HasTransport)
                return;
            Message(text.Slice(start, length), now);
        }
    }

    private void Message(ReadOnlySpan<byte> text, double now)
    {
        var wrong = Incoming.Read(text, out var message);
        _meter.MessageIn(now);
        if (wrong is not null)
        {
            Invalid(wrong);
            return;
        }

        var seq = _session.Numbered && message.Seq.Type == JsonTokenType.Number ? message.Seq.AsCount() : -1;
        if (seq >= 0)
        {
            switch (_session.Arrived(seq))
            {
                case Arrival.Copy:
                    return;
                case Arrival.Hole:
                    var details = new JsonObject { ["expected"] = _session.LastSeq + 1, ["seq"] = seq };
                    _meter.Violation("sequence_gap", details);
                    var error = McpErrors.Make(ErrorCodes.ConnectionLost, "The server's numbering has a hole.", details.DeepClone().AsObject());
                    _life.Drop(Lifecycle.Abandon, "sequence gap", new Ending(error, MayReconnect: true), now);
                    return;
            }
        }

        try
        {
            Dispatch(message, now);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            Invalid("message");
        }

        if (seq >= 0)
            _life.NumberedMessageTaken(now);
    }

    private void Dispatch(in Incoming message, double now)
    {
        switch (message.Kind)
        {
            case IncomingKind.Response:
                _table.Answered(message.RequestId.AsRequestNumber(), message.Result.Text, now);
                break;
            case IncomingKind.Error:
                var error = McpErrors.Make(message.ErrorCode.AsString()!, message.ErrorMessage.AsString()!, message.Details.AsObject(), message.RequestId.AsString());
                if (error.RequestId is null)
                    _life.Told = error;
                _table.Refused(message.RequestId.AsRequestNumber(), error, now);
                break;
            case IncomingKind.Event:
                Event(message, now);
                break;
            case IncomingKind.Diagnostic:
                if (LevelOf(message.Level) is not { } level)
                {
                    Invalid("level");
                    return;
                }

                var told = new McpDiagnostic(level, message.Component.AsString()!, message.Message.AsString()!, message.Details.AsObject(), message.Metrics.AsObject());
                _outbox.Emit(new Output(OutputKind.Diagnostic, Value: told));
                break;
            case IncomingKind.Heartbeat:
                _life.Heartbeat.Answered(message.Metrics.AsObject()["echo"] is JsonValue echo && echo.TryGetValue(out string? id) ? id : null, now);
                break;
        }
    }

    private void Event(in Incoming message, double now)
    {
        if (message.EventType.Is("tool.chunk"u8))
        {
            Chunk(message.Data, now);
            return;
        }

        var data = message.Data.Type == JsonTokenType.StartObject ? JsonElement.Parse(message.Data.Text) : JsonElement.Parse("{}"u8);
        if (message.EventType.Is("tool.progress"u8))
        {
            Progress(message.Data, data);
            return;
        }

        if (message.EventType.Is("welcome"u8))
        {
            if (!_life.Welcomed(data, now))
                Invalid("event_type");
            return;
        }

        if (message.EventType.Is("server.draining"u8))
        {
            _life.DrainDelay = Math.Max(0, Json.Number(data, "reconnect_after_ms") ?? 0) / 1000;
            _table.Wire.Draining = true;
        }
        else if (message.EventType.Is("tools_changed"u8))
        {
            _table.Catalog.Forget();
        }

        _outbox.Emit(new Output(OutputKind.Event, Value: new McpEvent(message.EventType.AsString()!, data, message.Source.AsString())));
    }

    private void Chunk(JsonSlice data, double now)
    {
        JsonSlice id = default, index = default, chunk = default;
        foreach (var member in new JsonMembers(data))
        {
            if (member.Name.SequenceEqual("request_id"u8))
                id = member.Value;
            else if (member.Name.SequenceEqual("index"u8))
                index = member.Value;
            else if (member.Name.SequenceEqual("chunk"u8))
                chunk = member.Value;
        }

        if (!id.IsString || index.AsCount() < 0 || chunk.IsAbsent)
            Invalid("data");
        else
            _table.Chunk(id.AsRequestNumber(), index.AsCount(), chunk.Text, now);
    }

    private void Progress(JsonSlice text, JsonElement data)
    {
        JsonSlice id = default;
        foreach (var member in new JsonMembers(text))
        {
            if (member.Name.SequenceEqual("request_id"u8))
                id = member.Value;
        }

        if (!id.IsString || Json.Number(data, "progress") is not { } progress)
            Invalid("data");
        else
            _table.Progress(id.AsRequestNumber(), new McpProgress(progress, Json.Number(data, "total"), Json.Text(data, "message")));
    }

    // Every 16 messages as far as the pace allows, and after a second at the latest.
    private void Acknowledge(double now)
    {
        if (_session.Unacknowledged == 0 || !_life.HasTransport)
            return;
        var due = _session.Unacknowledged >= SessionState.AckEvery ? _ackPace.OpensAt(now) : now + SessionState.AckAfter;
        if (due <= now)
            Ack(now);
        else
            _timers.SetSooner(TimerKey.Ack, due);
    }

    private void Ack(double now)
    {
        _timers.Clear(TimerKey.Ack);
        if (_session.Unacknowledged == 0 || !_life.HasTransport)
            return;
        _ackPace.Sent(now);
        var fields = FieldWriter.Write(_session.TakeAck(), static (writer, seq) =>
        {
            writer.WriteString("event_type"u8, "ack"u8);
            writer.WriteStartObject("data"u8);
            writer.WriteNumber("seq"u8, seq);
            writer.WriteEndObject();
        });
        _outbox.SendEvent(++_eventsSent, fields.Bytes.Span[1..^1], now);
        fields.Release();
    }

    private void Invalid(string field) => _meter.Violation("invalid_message", new JsonObject { ["field"] = field, ["from"] = "server" });

    private static DiagnosticLevel? LevelOf(JsonSlice level) =>
        level.Is("debug"u8) ? DiagnosticLevel.Debug
        : level.Is("info"u8) ? DiagnosticLevel.Info
        : level.Is("warning"u8) ? DiagnosticLevel.Warning
        : level.Is("error"u8) ? DiagnosticLevel.Error
        : level.Is("critical"u8) ? DiagnosticLevel.Critical
        : null;
}
