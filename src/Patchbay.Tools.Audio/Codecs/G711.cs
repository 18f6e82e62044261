namespace Patchbay.Tools.Audio.Codecs;

/// <summary>ITU-T G.711 decoding by table; the tables are made from the formulas of the standard's two laws.</summary>
internal static class G711
{
    /// <summary>Sample of each µ-law code as a share of full scale (±32124/32768).</summary>
    public static readonly float[] Mulaw = Table(MulawSample);

    /// <summary>Sample of each A-law code as a share of full scale (±32256/32768).</summary>
    public static readonly float[] Alaw = Table(AlawSample);

    public static void Decode(ReadOnlySpan<byte> payload, float[] table, Span<float> samples)
    {
        for (var i = 0; i < samples.Length; i++)
            samples[i] = table[payload[i]];
    }

    private static float[] Table(Func<int, int> law) => [.. Enumerable.Range(0, 256).Select(code => law(code) / 32768f)];

    // Codes travel inverted; 0x84 is the bias of 33 in the scale of 16 bits.
    private static int MulawSample(int code)
    {
        var bits = ~code & 255;
        var magnitude = (((bits & 15) << 3) + 0x84) << ((bits >> 4) & 7);
        return (bits & 0x80) != 0 ? 0x84 - magnitude : magnitude - 0x84;
    }

    // Even bits travel inverted; segment 0 is linear.
    private static int AlawSample(int code)
    {
        var bits = code ^ 0x55;
        var step = (bits & 15) << 4;
        var segment = (bits >> 4) & 7;
        var magnitude = segment == 0 ? step + 8 : (step + 0x108) << (segment - 1);
        return (bits & 0x80) != 0 ? magnitude : -magnitude;
    }
}
