using System.Buffers.Binary;

namespace Patchbay.Client.Audio;

/// <summary>Cuts audio of any chunking into frames (protocol section 10); the newest is held back, so that the last can say it is the last.</summary>
internal sealed class Framer
{
    private const int HeaderBytes = 16;
    private const int MostPayloadBytes = 65_536;
    private const byte Version = 1;
    private const byte EndFlag = 1;

    // Opus counts its time at 48 kHz, whatever the rate it is decoded to (RFC 7587 section 4.1).
    private const int OpusClock = 48_000;

    private readonly int _streamNo;
    private readonly int _samples;
    private readonly int _block;
    private readonly List<byte> _rest = [];
    private byte[]? _held;
    private uint _sequence;
    private ulong _timestamp;

    /// <exception cref="ArgumentOutOfRangeException">A frame would be larger than is allowed.</exception>
    public Framer(int streamNo, McpAudioFormat format)
    {
        _streamNo = streamNo;
        var clock = format.Codec == McpAudioCodec.Opus ? OpusClock : format.SampleRate;
        _samples = Math.Max(1, (int)Math.Round(clock * format.FrameDuration.TotalSeconds));
        _block = SampleBytes(format.Codec) * format.Channels;
        if ((long)_samples * _block > MostPayloadBytes)
            throw new ArgumentOutOfRangeException(nameof(format), $"Frames of {format.FrameDuration.TotalMilliseconds} ms have {(long)_samples * _block} bytes; at most {MostPayloadBytes} are allowed.");
    }

    /// <summary>The frames that are complete now. Of Opus each piece is one packet.</summary>
    public List<byte[]> Push(ReadOnlySpan<byte> data)
    {
        var frames = new List<byte[]>();
        if (_block == 0)
        {
            Hold(data.ToArray(), frames);
            return frames;
        }

        _rest.AddRange(data);
        var frameBytes = _samples * _block;
        var taken = 0;
        for (; _rest.Count - taken >= frameBytes; taken += frameBytes)
            Hold([.. _rest.GetRange(taken, frameBytes)], frames);
        _rest.RemoveRange(0, taken);
        return frames;
    }

    /// <summary>The rest, with the end flag on the last.</summary>
    /// <exception cref="InvalidOperationException">The audio ends within a sample.</exception>
    public List<byte[]> Finish()
    {
        var frames = new List<byte[]>();
        if (_rest.Count > 0)
        {
            if (_rest.Count % _block is > 0 and var left)
                throw new InvalidOperationException($"The audio ends within a sample: {left} bytes are left over.");
            Hold([.. _rest], frames);
            _rest.Clear();
        }

        frames.Add(Frame(_held ?? [], isEnd: true));
        _held = null;
        return frames;
    }

    private void Hold(byte[] payload, List<byte[]> frames)
    {
        if (_held is { } before)
            frames.Add(Frame(before, isEnd: false));
        _held = payload;
    }

    // The sequence wraps at 2^32.
    private byte[] Frame(byte[] payload, bool isEnd)
    {
        var frame = new byte[HeaderBytes + payload.Length];
        frame[0] = Version;
        frame[1] = isEnd ? EndFlag : (byte)0;
        BinaryPrimitives.WriteUInt16LittleEndian(frame.AsSpan(2), (ushort)_streamNo);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(4), _sequence++);
        BinaryPrimitives.WriteUInt64LittleEndian(frame.AsSpan(8), _timestamp);
        payload.CopyTo(frame.AsSpan(HeaderBytes));
        _timestamp += (ulong)(_block == 0 ? _samples : payload.Length / _block);
        return frame;
    }

    // Of one sample of one channel; Opus has packets instead.
    private static int SampleBytes(McpAudioCodec codec) => codec switch
    {
        McpAudioCodec.S16Le => 2,
        McpAudioCodec.S24Le => 3,
        McpAudioCodec.F32Le => 4,
        McpAudioCodec.MuLaw or McpAudioCodec.ALaw => 1,
        _ => 0,
    };
}
