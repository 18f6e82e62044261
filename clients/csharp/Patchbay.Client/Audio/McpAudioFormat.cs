namespace Patchbay.Client;

/// <summary>How audio is coded.</summary>
public enum McpAudioCodec
{
    /// <summary>Signed 16 bit, little-endian.</summary>
    S16Le,

    /// <summary>Signed 24 bit, little-endian.</summary>
    S24Le,

    /// <summary>IEEE 754 single, little-endian, full scale ±1.</summary>
    F32Le,

    /// <summary>ITU-T G.711 µ-law.</summary>
    MuLaw,

    /// <summary>ITU-T G.711 A-law.</summary>
    ALaw,

    /// <summary>Opus packets (RFC 6716): each piece that is sent is one packet.</summary>
    Opus,
}

/// <summary>What an audio stream holds.</summary>
/// <param name="Codec">How it is coded.</param>
/// <param name="SampleRate">Samples a second of one channel.</param>
/// <param name="Channels">Channels, interleaved.</param>
public sealed record McpAudioFormat(McpAudioCodec Codec, int SampleRate, int Channels)
{
    /// <summary>How much of it goes into one frame; at most 64 KiB.</summary>
    /// <value>The default is 20 milliseconds.</value>
    public TimeSpan FrameDuration { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>A name for people.</summary>
    /// <value>The default is none.</value>
    public string? Label { get; init; }
}
