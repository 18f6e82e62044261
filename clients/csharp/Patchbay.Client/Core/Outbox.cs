using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Patchbay.Transport;

namespace Patchbay.Client.Core;

/// <summary>Collects what the core puts out, in order; makes envelopes, and arrays of the messages of one group.</summary>
internal sealed class Outbox(SessionState session, Meter meter, string protocolVersion)
{
    /// <summary>The group of a message that leaves alone.</summary>
    public const int Alone = -1;

    // `,"ack":` and the digits of the largest seq, with room to spare.
    private const int AckBytes = 32;

    private readonly byte[] _requestHead = Head(protocolVersion, "request", "req-");
    private readonly byte[] _eventHead = Head(protocolVersion, "event", "evt-");
    private readonly byte[] _heartbeatHead = Head(protocolVersion, "heartbeat", "hb-");
    private readonly List<Output> _outputs = [];
    private OutboundMessage? _array;
    private int _elements;
    private int _group = Alone;

    public McpLimits Limits { get; set; } = new();

    /// <summary>Bytes of a request's envelope without an ack.</summary>
    public int SizeOfRequest(long number, int fields) => _requestHead.Length + Digits(number) + 2 + fields + 1;

    public void SendRequest(long number, ReadOnlySpan<byte> fields, double now, int group, bool ack) => Send(_requestHead, number, fields, now, group, ack);

    public void SendHeartbeat(long number, ReadOnlySpan<byte> fields, double now) => Send(_heartbeatHead, number, fields, now, Alone, ack: true);

    public void SendEvent(long number, ReadOnlySpan<byte> fields, double now) => Send(_eventHead, number, fields, now, Alone, ack: false);

    public void Emit(in Output output)
    {
        Flush();
        _outputs.Add(output);
    }

    /// <summary>Moves what is to be done to the end of a list, in order.</summary>
    public void TakeInto(List<Output> outputs)
    {
        Flush();
        outputs.AddRange(_outputs);
        _outputs.Clear();
    }

    // One message; neighbours of the same group leave as one array. With `ack` it acknowledges on the way.
    private void Send(byte[] head, long number, ReadOnlySpan<byte> fields, double now, int group, bool ack)
    {
        meter.MessageOut(now);
        var size = head.Length + Digits(number) + 2 + fields.Length + 1;
        var acknowledge = ack && session.Unacknowledged > 0 && size + AckBytes <= Limits.MaxMessageBytes ? session.TakeAck() : 0;
        if (acknowledge > 0)
            size += 7 + Digits(acknowledge);
        if (group == Alone)
        {
            Flush();
            var message = new OutboundMessage();
            Write(message, head, number, fields, acknowledge);
            _outputs.Add(new Output(OutputKind.Send, Value: message));
            return;
        }

        // Brackets and commas: one byte for each element and one more.
        if (_array is not null && (group != _group || _elements == Limits.MaxBatch || _array.Length + 1 + size + 1 > Limits.MaxMessageBytes))
            Flush();
        _array ??= new OutboundMessage();
        _array.GetSpan(1)[0] = (byte)(_elements == 0 ? '[' : ',');
        _array.Advance(1);
        Write(_array, head, number, fields, acknowledge);
        _elements++;
        _group = group;
    }

    private void Flush()
    {
        if (_array is not { } array)
            return;
        if (_elements == 1)
        {
            _outputs.Add(new Output(OutputKind.Send, Value: OutboundMessage.Of(array.Bytes.Span[1..])));
            array.Release();
        }
        else
        {
            array.GetSpan(1)[0] = (byte)']';
            array.Advance(1);
            _outputs.Add(new Output(OutputKind.Send, Value: array));
        }

        _array = null;
        _elements = 0;
    }

    private static void Write(OutboundMessage message, byte[] head, long number, ReadOnlySpan<byte> fields, long acknowledge)
    {
        // 20 digits each at most.
        var span = message.GetSpan(head.Length + fields.Length + 64);
        head.CopyTo(span);
        var at = head.Length;
        Utf8Formatter.TryFormat(number, span[at..], out var digits);
        at += digits;
        "\","u8.CopyTo(span[at..]);
        at += 2;
        fields.CopyTo(span[at..]);
        at += fields.Length;
        if (acknowledge > 0)
        {
            ",\"ack\":"u8.CopyTo(span[at..]);
            at += 7;
            Utf8Formatter.TryFormat(acknowledge, span[at..], out digits);
            at += digits;
        }

        span[at++] = (byte)'}';
        message.Advance(at);
    }

    private static int Digits(long number)
    {
        var digits = 1;
        for (; number >= 10; number /= 10)
            digits++;
        return digits;
    }

    private static byte[] Head(string version, string type, string prefix) =>
        Encoding.UTF8.GetBytes($$"""{"protocol_version":"{{JsonEncodedText.Encode(version)}}","message_type":"{{type}}","message_id":"{{prefix}}""");
}
