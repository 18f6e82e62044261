using System.Runtime.InteropServices;

namespace Patchbay.Tools.Audio.Codecs;

/// <summary>The system's libopus, loaded when it is there. Nothing else of the product needs it.</summary>
internal sealed unsafe class OpusLibrary
{
    private static readonly string[] Names = OperatingSystem.IsWindows() ? ["opus", "libopus-0"]
        : OperatingSystem.IsMacOS() ? ["libopus.0.dylib", "libopus.dylib"]
        : ["libopus.so.0", "libopus.so"];

    private static readonly Lazy<OpusLibrary?> Probe = new(() => Load(Names));

    private readonly delegate* unmanaged<int, int, int*, nint> _create;
    private readonly delegate* unmanaged<nint, void> _destroy;
    private readonly delegate* unmanaged<nint, byte*, int, float*, int, int, int> _decode;
    private readonly delegate* unmanaged<byte*, int, int, int> _samples;

    private OpusLibrary(nint library)
    {
        _create = (delegate* unmanaged<int, int, int*, nint>)NativeLibrary.GetExport(library, "opus_decoder_create");
        _destroy = (delegate* unmanaged<nint, void>)NativeLibrary.GetExport(library, "opus_decoder_destroy");
        _decode = (delegate* unmanaged<nint, byte*, int, float*, int, int, int>)NativeLibrary.GetExport(library, "opus_decode_float");
        _samples = (delegate* unmanaged<byte*, int, int, int>)NativeLibrary.GetExport(library, "opus_packet_get_nb_samples");
    }

    /// <summary>The library, or null when the system has none.</summary>
    public static OpusLibrary? Instance => Probe.Value;

    /// <summary>Tries the names in turn.</summary>
    public static OpusLibrary? Load(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            if (NativeLibrary.TryLoad(name, out var library))
                return new OpusLibrary(library);
        }
        return null;
    }

    /// <summary>A new decoder state, or 0 when libopus refuses.</summary>
    public nint Create(int sampleRate, int channels)
    {
        int error;
        var decoder = _create(sampleRate, channels, &error);
        return error == 0 ? decoder : 0;
    }

    public void Destroy(nint decoder) => _destroy(decoder);

    /// <summary>Samples a channel in a packet at a rate, or a negative error.</summary>
    public int SamplesIn(ReadOnlySpan<byte> packet, int sampleRate)
    {
        fixed (byte* data = packet)
            return packet.IsEmpty ? -1 : _samples(data, packet.Length, sampleRate);
    }

    /// <summary>Decodes a packet, or conceals <paramref name="samples"/> when the packet is empty.</summary>
    /// <returns>Samples a channel, or a negative error.</returns>
    public int Decode(nint decoder, ReadOnlySpan<byte> packet, Span<float> pcm, int samples)
    {
        fixed (byte* data = packet)
        fixed (float* output = pcm)
            return _decode(decoder, packet.IsEmpty ? null : data, packet.Length, output, samples, 0);
    }
}
