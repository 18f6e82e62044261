namespace Patchbay.Tools.Audio.Codecs;

/// <summary>What the measurements need to know of a sample format: its size, its steps and its largest code.</summary>
/// <param name="BytesPerSample">Bytes of one sample of one channel; 0 for packets.</param>
/// <param name="ClipLevel">Magnitude from which a sample counts as full scale.</param>
/// <param name="ZeroLevel">Largest magnitude that is digital zero. A-law has no zero: its smallest code is 8/32768.</param>
/// <param name="RelativeStep">Distance of neighbouring codes as a share of the magnitude, for companded formats (G.711: at most 1/16).</param>
internal sealed record PcmFormat(int BytesPerSample, float ClipLevel, float ZeroLevel, float RelativeStep)
{
    private const float Full = 32768f;

    public static PcmFormat Of(AudioCodec codec) => codec switch
    {
        AudioCodec.S16le => new(2, 0.999f, 0, 0),
        AudioCodec.S24le => new(3, 0.999f, 0, 0),
        AudioCodec.F32le => new(4, 0.999f, 0, 0),
        AudioCodec.Mulaw => new(1, 32124 / Full, 0, 1 / 16f),
        AudioCodec.Alaw => new(1, 32256 / Full, 8 / Full, 1 / 16f),
        _ => new(0, 0.999f, 0, 0),
    };

    /// <summary>
    /// How far a signal must fall beside a flat run for the run to be cut off: further than the steps of the format and their dither reach. Linear
    /// formats are taken as 16 bits throughout, since longer ones often carry them: 6 steps, while dither moves a sample by 2 at most.
    /// </summary>
    public float CutFall(float magnitude) => MathF.Max(6 / Full, 3 * RelativeStep * magnitude);
}
