using System.Buffers.Binary;
using Patchbay.Protocol.Errors;
using Patchbay.Tools.Audio.Codecs;

namespace Patchbay.Tools.Audio.Wav;

/// <summary>Reads a WAVE file (RIFF, RF64) up to its samples, believing no length in it.</summary>
internal static class WavHeader
{
    private const int MaxChunks = 1000;

    /// <summary>Reads up to the first sample.</summary>
    /// <returns>The format and the length the data chunk declares (null: none that means anything), or what is wrong.</returns>
    public static async ValueTask<(WavFormat? Format, long? DataBytes, ProtocolError? Error)> ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var head = new byte[12];
        if (await stream.ReadAtLeastAsync(head, 12, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) < 12)
            return Fault("The file ends before its RIFF header does.");
        var id = BinaryPrimitives.ReadUInt32BigEndian(head);
        if (id is not (Riff or Rf64) || BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(8)) != Wave)
            return Fault("This is no WAVE file: it does not begin with RIFF or RF64 and WAVE.");

        WavFormat? format = null;
        var chunk = new byte[8];
        for (var i = 0; i < MaxChunks; i++)
        {
            if (await stream.ReadAtLeastAsync(chunk, 8, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) < 8)
                return Fault(format is null ? "The file has no fmt chunk." : "The file has no data chunk.");
            var name = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(chunk.AsSpan(4));
            if (name == Data)
                return format is null ? Fault("The data chunk comes before any fmt chunk.") : (format, Declared(length), null);
            if (name == Fmt)
            {
                var (read, error) = await FormatAsync(stream, length, cancellationToken).ConfigureAwait(false);
                if (error is not null)
                    return (null, null, error);
                format = read;
            }
            else if (!await SkipAsync(stream, length + (length & 1L), cancellationToken).ConfigureAwait(false))
            {
                return Fault("A chunk before the samples is longer than the file.");
            }
        }
        return Fault($"There are more than {MaxChunks} chunks before the samples.");
    }

    private const uint Riff = 0x52494646, Rf64 = 0x52463634, Wave = 0x57415645, Fmt = 0x666D7420, Data = 0x64617461;

    // Writers that stream leave 0 or the largest number; RF64 has its length elsewhere. Then the samples go to the end of the file.
    private static long? Declared(uint length) => length is 0 or uint.MaxValue ? null : length;

    private static async ValueTask<(WavFormat? Format, ProtocolError? Error)> FormatAsync(Stream stream, uint length, CancellationToken cancellationToken)
    {
        if (length is < 16 or > 4096)
            return (null, Wrong("The fmt chunk is not 16 to 4096 bytes long."));
        var fmt = new byte[length + (length & 1)];
        if (await stream.ReadAtLeastAsync(fmt, fmt.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) < fmt.Length)
            return (null, Wrong("The file ends inside its fmt chunk."));
        return Format(fmt.AsSpan(0, (int)length));
    }

    private static (WavFormat? Format, ProtocolError? Error) Format(ReadOnlySpan<byte> fmt)
    {
        int tag = BinaryPrimitives.ReadUInt16LittleEndian(fmt);
        int channels = BinaryPrimitives.ReadUInt16LittleEndian(fmt[2..]);
        var rate = BinaryPrimitives.ReadUInt32LittleEndian(fmt[4..]);
        int block = BinaryPrimitives.ReadUInt16LittleEndian(fmt[12..]);
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(fmt[14..]);
        // WAVE_FORMAT_EXTENSIBLE: the tag is the first two bytes of the sub-format.
        if (tag == 0xFFFE && fmt.Length >= 26)
            tag = BinaryPrimitives.ReadUInt16LittleEndian(fmt[24..]);
        AudioCodec? codec = (tag, bits) switch
        {
            (1, 16) => AudioCodec.S16le,
            (1, 24) => AudioCodec.S24le,
            (3, 32) => AudioCodec.F32le,
            (6, 8) => AudioCodec.Alaw,
            (7, 8) => AudioCodec.Mulaw,
            _ => null,
        };
        if (codec is null)
            return (null, Wrong($"Format {tag} with {bits} bits is not read here: PCM of 16 or 24 bits, float of 32 bits, A-law and µ-law are."));
        if (channels is < 1 or > 8)
            return (null, Wrong($"The file has {channels} channels; 1 to 8 are read."));
        if (rate is < 8000 or > 192_000)
            return (null, Wrong($"The file has {rate} Hz; 8000 to 192000 are read."));
        if (block != channels * bits / 8)
            return (null, Wrong($"The header contradicts itself: blocks of {block} bytes for {channels} channels of {bits} bits."));
        return (new WavFormat(codec.Value, (int)rate, channels, bits / 8), null);
    }

    private static async ValueTask<bool> SkipAsync(Stream stream, long length, CancellationToken cancellationToken)
    {
        var waste = new byte[4096];
        while (length > 0)
        {
            var read = await stream.ReadAsync(waste.AsMemory(0, (int)Math.Min(length, waste.Length)), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                return false;
            length -= read;
        }
        return true;
    }

    private static (WavFormat?, long?, ProtocolError?) Fault(string message) => (null, null, Wrong(message));

    private static ProtocolError Wrong(string message) => ProtocolError.Format("body", message);
}
