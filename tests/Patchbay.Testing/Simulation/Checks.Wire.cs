using System.Text.Json;
using Patchbay.Store;

namespace Patchbay.Testing.Simulation;

/// <content>What is looked at when the server writes it, wherever it gets to.</content>
internal sealed partial class Checks
{
    private readonly Dictionary<(string SessionId, long Seq), byte[]> _said = [];
    private readonly Dictionary<(string SessionId, string MessageId), long> _ids = [];
    private readonly Dictionary<string, (SimConnection Connection, long From)> _owners = [];

    /// <summary>The server has written a message.</summary>
    public void Written(SimConnection connection, in WireMessage message)
    {
        if (message.CloseCode != 0)
        {
            // No rule of the protocol is broken here, and no session has two clients.
            if (message.CloseCode is 1002 or 1003 or 1007 or 1009 or 1011 or 4400 or 4401 or 4403 or 4429)
                world.Fail($"Connection {connection.Number} was closed with {message.CloseCode}");
            return;
        }

        if (message.Json.TryGetProperty("result", out var result))
            NoteOwner(connection, result);
        if (message.Json.TryGetProperty("seq", out var seq))
            Numbered(connection, message, seq.GetInt64());
    }

    private void NoteOwner(SimConnection connection, JsonElement result)
    {
        if (result.TryGetProperty("resume_token", out _) && result.TryGetProperty("epoch", out _))
        {
            connection.SessionId = result.GetProperty("session_id").GetString()!;
            _owners[connection.SessionId] = (connection, 0);
            return;
        }

        if (!result.TryGetProperty("resumed", out var resumed))
            return;
        if (connection.Intruder != Intruder.None)
        {
            Intruded(connection, resumed.GetBoolean() ? "" : result.GetProperty("reason").GetString()!);
            return;
        }

        if (!resumed.GetBoolean())
            return;
        var (session, lastSeq) = connection.Resuming!.Value;
        var last = lastSeq + result.GetProperty("replayed").GetInt64();
        if (!connection.IsLeft && _owners.TryGetValue(session, out var former) && former.Connection.HighestSeq > last)
            world.Fail($"{session}: connection {former.Connection.Number} got {former.Connection.HighestSeq} when connection {connection.Number} had it after {last}");
        connection.SessionId = session;
        connection.HighestSeq = lastSeq;
        // One that the client has left may write its answer late; the session is with the next one then.
        if (!connection.IsLeft)
            _owners[session] = (connection, last);
    }

    // Nobody learns whether somebody else's session is there.
    private void Intruded(SimConnection connection, string reason)
    {
        if (reason != "unknown_session" && !(connection.Intruder == Intruder.Guesser && reason == "token_invalid"))
            world.Fail($"{connection.Intruder} was told '{reason}'");
    }

    private void Numbered(SimConnection connection, in WireMessage message, long seq)
    {
        if (connection.SessionId is not { } session)
        {
            world.Fail($"Connection {connection.Number} has numbers without a session that can be resumed");
            return;
        }

        if (seq != connection.HighestSeq + 1)
            world.Fail($"{session}: {seq} was written after {connection.HighestSeq}");
        connection.HighestSeq = seq;
        var owner = _owners[session];
        if (!connection.IsLeft && owner.Connection != connection && seq > owner.From)
            world.Fail($"{session}: {seq} was written to connection {connection.Number}, but connection {owner.Connection.Number} has it");
        if (world.Settings.Durability != Durability.Memory && !world.Disk.Keeps(session, seq))
            world.Fail($"{session}: {seq} was written before it was stored");

        // The first has the token, and what is replayed of it has none.
        if (seq > 1 && !(_said.TryAdd((session, seq), message.Bytes) || _said[(session, seq)].AsSpan().SequenceEqual(message.Bytes)))
            world.Fail($"{session}: {seq} was used for two messages");
        var id = message.Json.TryGetProperty("message_id", out var told) ? told.GetString()! : "";
        if (!_ids.TryAdd((session, id), seq) && _ids[(session, id)] != seq)
            world.Fail($"{session}: {id} was used for {_ids[(session, id)]} and {seq}");
    }
}
