namespace Patchbay.Tools.Audio.Loudness;

/// <summary>Channel weights of ITU-R BS.1770-5 Annex 3 Table 4, for the channel orders of WAVE files.</summary>
internal static class ChannelLayout
{
    private const double Side = 1.41;

    /// <summary>The order taken for a number of channels, as a name.</summary>
    public static string Name(int channels) => channels switch
    {
        1 => "mono",
        2 => "L R",
        3 => "L R C",
        4 => "L R Ls Rs",
        5 => "L R C Ls Rs",
        6 => "L R C LFE Ls Rs",
        7 => "L R C LFE Cs Ls Rs",
        _ => "L R C LFE Lb Rb Ls Rs",
    };

    /// <summary>Weights by channel. Surround at 60° to 120° counts 1.41, what lies further back 1, the low-frequency channel nothing.</summary>
    public static double[] Weights(int channels) => channels switch
    {
        4 => [1, 1, Side, Side],
        5 => [1, 1, 1, Side, Side],
        6 => [1, 1, 1, 0, Side, Side],
        7 => [1, 1, 1, 0, 1, Side, Side],
        8 => [1, 1, 1, 0, 1, 1, Side, Side],
        _ => [.. Enumerable.Repeat(1.0, channels)],
    };
}
