using System.Buffers.Binary;
using System.Text;

namespace Patchbay.Client.Shell;

/// <summary>Looks at the frames a server sends for the code and reason of its Close.</summary>
/// <remarks><see cref="System.Net.WebSockets.ClientWebSocket"/> refuses Close codes that were registered after it was written, 1012 and 1013 among them, as a fault and does not tell which they were.</remarks>
internal sealed class CloseWatch
{
    private const int CloseOpcode = 8;
    private const int MostCloseBytes = 125;

    private readonly byte[] _header = new byte[10];
    private readonly byte[] _close = new byte[MostCloseBytes];
    private int _lineEnds;
    private int _headerBytes;
    private long _payloadLeft;
    private int _closeBytes;
    private bool _isClose;

    /// <summary>What the Close said, once it was seen whole; 1005 when it said nothing.</summary>
    public (int Code, string Reason)? Close { get; private set; }

    /// <summary>The next bytes of the stream: first the HTTP answer, then frames (RFC 6455 §5.2).</summary>
    public void See(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0 && Close is null)
        {
            if (_lineEnds < 4)
                bytes = bytes[PassHead(bytes)..];
            else if (_payloadLeft > 0)
                bytes = bytes[PassPayload(bytes)..];
            else
                bytes = bytes[PassHeader(bytes)..];
        }
    }

    // The end of the head is CR LF CR LF.
    private int PassHead(ReadOnlySpan<byte> bytes)
    {
        var passed = 0;
        while (passed < bytes.Length && _lineEnds < 4)
        {
            var next = bytes[passed++];
            _lineEnds = next == (_lineEnds % 2 == 0 ? '\r' : '\n') ? _lineEnds + 1 : next == '\r' ? 1 : 0;
        }

        return passed;
    }

    private int PassHeader(ReadOnlySpan<byte> bytes)
    {
        _header[_headerBytes++] = bytes[0];
        var needed = _headerBytes < 2 ? 2 : (_header[1] & 0x7F) switch { 126 => 4, 127 => 10, _ => 2 };
        if (_headerBytes < needed)
            return 1;
        _payloadLeft = needed switch
        {
            4 => BinaryPrimitives.ReadUInt16BigEndian(_header.AsSpan(2)),
            10 => (long)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(_header.AsSpan(2)), long.MaxValue),
            _ => _header[1] & 0x7F,
        };
        _headerBytes = 0;
        _isClose = (_header[0] & 0x0F) == CloseOpcode && _payloadLeft <= MostCloseBytes;
        if (_isClose && _payloadLeft == 0)
            Close = (1005, "");
        return 1;
    }

    private int PassPayload(ReadOnlySpan<byte> bytes)
    {
        var passed = (int)Math.Min(_payloadLeft, bytes.Length);
        _payloadLeft -= passed;
        if (!_isClose)
            return passed;
        bytes[..passed].CopyTo(_close.AsSpan(_closeBytes));
        _closeBytes += passed;
        if (_payloadLeft == 0)
            Close = _closeBytes < 2 ? (1005, "") : (BinaryPrimitives.ReadUInt16BigEndian(_close), Encoding.UTF8.GetString(_close.AsSpan(2, _closeBytes - 2)));
        return passed;
    }
}
