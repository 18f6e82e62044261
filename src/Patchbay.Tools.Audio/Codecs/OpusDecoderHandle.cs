using Microsoft.Win32.SafeHandles;

namespace Patchbay.Tools.Audio.Codecs;

/// <summary>Owns a decoder state of libopus, also when a stream is forgotten.</summary>
internal sealed class OpusDecoderHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    private readonly OpusLibrary _library;

    public OpusDecoderHandle(OpusLibrary library, nint decoder)
        : base(ownsHandle: true)
    {
        _library = library;
        SetHandle(decoder);
    }

    protected override bool ReleaseHandle()
    {
        _library.Destroy(handle);
        return true;
    }
}
