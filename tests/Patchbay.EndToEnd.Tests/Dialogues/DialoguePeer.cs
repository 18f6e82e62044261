using System.Text.Json.Nodes;

namespace Patchbay.EndToEnd.Tests.Dialogues;

/// <summary>What came next on a connection: a message, the server's Close, or the end.</summary>
/// <param name="Message">The message, or null.</param>
/// <param name="Close">The Close frame, or null.</param>
internal sealed record Heard(JsonNode? Message, RawFrame? Close)
{
    public override string ToString() => Message?.ToJsonString() ?? (Close is null ? "the end" : $"Close {Close.CloseCode} {Close.CloseReason}");
}

/// <summary>One connection of a dialogue, read message by message.</summary>
internal sealed class DialoguePeer(RawPeer peer) : IDisposable
{
    private readonly Queue<Heard> _heard = new();

    public RawPeer Peer => peer;

    /// <summary>What comes next, without taking it. Pings and pongs are passed over; a batch comes one by one.</summary>
    public async Task<Heard> PeekAsync()
    {
        while (_heard.Count == 0)
        {
            if (await peer.ReadFrameAsync() is not { } frame)
                _heard.Enqueue(new Heard(null, null));
            else if (frame.Opcode == 8)
                _heard.Enqueue(new Heard(null, frame));
            else if (frame.Opcode == 1)
                Hear(JsonNode.Parse(frame.Payload)!);
        }

        return _heard.Peek();
    }

    /// <summary>Takes what was peeked at.</summary>
    public void Take() => _heard.Dequeue();

    public void Dispose() => peer.Dispose();

    private void Hear(JsonNode message)
    {
        foreach (var element in message is JsonArray batch ? batch.ToArray() : [message])
            _heard.Enqueue(new Heard(element, null));
    }
}
