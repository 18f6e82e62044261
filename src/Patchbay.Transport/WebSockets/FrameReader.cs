using System.Buffers;
using System.Buffers.Binary;
using System.Text.Unicode;
using Patchbay.Protocol.Errors;

namespace Patchbay.Transport.WebSockets;

/// <summary>What the reader found.</summary>
internal enum FrameEventKind
{
    /// <summary>More bytes are needed.</summary>
    None,
    Text,
    Binary,
    Ping,
    Pong,
    Close,

    /// <summary>A rule is broken; nothing more can be read.</summary>
    Fault,
}

/// <summary>One event. The payload lives until the next call.</summary>
internal readonly record struct FrameEvent(FrameEventKind Kind, Memory<byte> Payload, CloseCode? Fault = null);

/// <summary>
/// Turns the bytes of a client into whole messages (RFC 6455 §5): checks every header before its payload is waited for, takes the mask off in place,
/// puts fragments together, and meters what a peer could flood with. No I/O.
/// </summary>
internal sealed class FrameReader(TransportOptions options, TimeProvider time)
{
    private readonly Fragments _message = new();
    private ControlMeter _control = new(options.ControlFrameBurst, options.ControlFramesPerSecond, time);
    private Opcode _opcode = Opcode.Continuation;
    private int _frames;

    /// <summary>How many bytes the frame that is still incomplete has in all; 0 when its header is not complete either.</summary>
    public int FrameSize { get; private set; }

    /// <summary>Reads the next event from the start of <paramref name="bytes"/>.</summary>
    /// <param name="bytes">What has been received and not consumed. Masks are taken off in place.</param>
    /// <param name="consumed">How many bytes to drop before the next call.</param>
    public FrameEvent Read(Memory<byte> bytes, out int consumed)
    {
        consumed = 0;
        FrameSize = 0;
        // The assembled message of the last call has been taken by now.
        _message.ReleaseIfTaken();
        while (true)
        {
            var rest = bytes[consumed..];
            if (!FrameHeader.TryRead(rest.Span, out var header))
                return default;
            if (Refuse(header) is { } fault)
                return new FrameEvent(FrameEventKind.Fault, default, fault);

            var size = header.Size + (int)header.PayloadLength;
            if (rest.Length < size)
            {
                FrameSize = size;
                return default;
            }

            var payload = rest[header.Size..size];
            FrameMask.Apply(payload.Span, header.Mask);
            consumed += size;
            if (header.IsControl)
                return Control(header.Opcode, payload);
            if (Data(header, payload) is { } message)
                return message;
        }
    }

    /// <summary>Gives back what a half-received message holds.</summary>
    public void Release() => _message.Release();

    // Everything that the header alone tells is refused before a byte of payload is waited for.
    private CloseCode? Refuse(in FrameHeader header)
    {
        if (!header.IsWellFormed)
            return CloseCodes.ProtocolError;
        if (header.IsControl)
            return null;

        var isContinuation = header.Opcode == Opcode.Continuation;
        var isInside = _opcode != Opcode.Continuation;
        if (isContinuation != isInside)
            return CloseCodes.ProtocolError;
        if (header.PayloadLength > (ulong)(options.MaxMessageBytes - _message.Length))
            return CloseCodes.MessageTooLarge;
        return _frames >= options.MaxFragments ? CloseCodes.PolicyViolation : null;
    }

    private FrameEvent Control(Opcode opcode, Memory<byte> payload)
    {
        if (!_control.TryTake())
            return new FrameEvent(FrameEventKind.Fault, default, CloseCodes.PolicyViolation);
        return opcode switch
        {
            Opcode.Ping => new FrameEvent(FrameEventKind.Ping, payload),
            Opcode.Pong => new FrameEvent(FrameEventKind.Pong, payload),
            _ => Close(payload),
        };
    }

    private static FrameEvent Close(Memory<byte> payload)
    {
        if (payload.Length == 0)
            return new FrameEvent(FrameEventKind.Close, payload);
        if (payload.Length == 1 || !MayBeSent(BinaryPrimitives.ReadUInt16BigEndian(payload.Span)))
            return new FrameEvent(FrameEventKind.Fault, default, CloseCodes.ProtocolError);
        return Utf8.IsValid(payload.Span[2..])
            ? new FrameEvent(FrameEventKind.Close, payload)
            : new FrameEvent(FrameEventKind.Fault, default, CloseCodes.NotUtf8);
    }

    // RFC 6455 §7.4: 1004-1006 and 1015 never stand on the wire, 1016-2999 are not assigned.
    private static bool MayBeSent(int code) => code is (>= 1000 and <= 1003) or (>= 1007 and <= 1014) or (>= 3000 and <= 4999);

    private FrameEvent? Data(in FrameHeader header, Memory<byte> payload)
    {
        if (_opcode == Opcode.Continuation)
            _opcode = header.Opcode;
        _frames++;
        if (_frames == 1 && header.IsFinal)
            return Finish(payload);

        _message.Append(payload.Span);
        return header.IsFinal ? Finish(_message.Take()) : null;
    }

    private FrameEvent Finish(Memory<byte> message)
    {
        var isText = _opcode == Opcode.Text;
        _opcode = Opcode.Continuation;
        _frames = 0;
        if (isText && !Utf8.IsValid(message.Span))
            return new FrameEvent(FrameEventKind.Fault, default, CloseCodes.NotUtf8);
        return new FrameEvent(isText ? FrameEventKind.Text : FrameEventKind.Binary, message);
    }

    /// <summary>The fragments of one message, in a rented array that grows with what has arrived.</summary>
    private sealed class Fragments
    {
        private byte[] _buffer = [];
        private bool _taken;

        public int Length { get; private set; }

        public void Append(ReadOnlySpan<byte> fragment)
        {
            if (_buffer.Length < Length + fragment.Length)
            {
                var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Length + fragment.Length, _buffer.Length * 2));
                _buffer.AsSpan(0, Length).CopyTo(larger);
                Return();
                _buffer = larger;
            }

            fragment.CopyTo(_buffer.AsSpan(Length));
            Length += fragment.Length;
        }

        public Memory<byte> Take()
        {
            _taken = true;
            return _buffer.AsMemory(0, Length);
        }

        public void ReleaseIfTaken()
        {
            if (_taken)
                Release();
        }

        public void Release()
        {
            Return();
            _buffer = [];
            _taken = false;
            Length = 0;
        }

        private void Return()
        {
            if (_buffer.Length > 0)
                ArrayPool<byte>.Shared.Return(_buffer);
        }
    }
}
