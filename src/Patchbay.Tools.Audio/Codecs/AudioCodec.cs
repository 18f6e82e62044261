namespace Patchbay.Tools.Audio.Codecs;

/// <summary>How the payload of an audio frame is coded.</summary>
public enum AudioCodec
{
    /// <summary>Signed 16-bit little-endian PCM, interleaved.</summary>
    S16le,

    /// <summary>Signed 24-bit little-endian PCM in three bytes, interleaved.</summary>
    S24le,

    /// <summary>32-bit IEEE float little-endian PCM, interleaved, full scale at 1.0.</summary>
    F32le,

    /// <summary>ITU-T G.711 µ-law, one byte a sample, interleaved.</summary>
    Mulaw,

    /// <summary>ITU-T G.711 A-law, one byte a sample, interleaved.</summary>
    Alaw,

    /// <summary>One Opus packet a frame (RFC 6716). Its clock is always 48 kHz (RFC 7587).</summary>
    Opus,
}
