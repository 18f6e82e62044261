using Patchbay.Testing;
using Patchbay.Transport.WebSockets;

namespace Patchbay.Transport.Tests.WebSockets;

/// <summary>Feeds bytes to a reader piece by piece, the way the receive loop does.</summary>
internal sealed class Frames(TransportOptions? options = null, TimeProvider? time = null)
{
    private readonly FrameReader _reader = new(options ?? new TransportOptions(), time ?? new ManualTime());
    private byte[] _kept = [];

    /// <summary>What was found, with copies of the payloads.</summary>
    public List<(FrameEventKind Kind, byte[] Payload, int? Fault)> Found { get; } = [];

    /// <summary>The code of the fault that ended reading, or null.</summary>
    public int? Fault => Found.Count > 0 ? Found[^1].Fault : null;

    public Frames Feed(params byte[][] pieces)
    {
        foreach (var piece in pieces)
        {
            _kept = [.. _kept, .. piece];
            while (Fault is null)
            {
                var found = _reader.Read(_kept, out var consumed);
                var payload = found.Payload.ToArray();
                _kept = _kept[consumed..];
                if (found.Kind == FrameEventKind.None)
                    break;
                Found.Add((found.Kind, payload, found.Fault?.Code));
            }
        }

        return this;
    }

    public Frames Feed(byte first, byte[] payload) => Feed(RawFrame.Encode(first, payload));
}
