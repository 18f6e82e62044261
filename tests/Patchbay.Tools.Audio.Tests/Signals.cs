namespace Patchbay.Tools.Audio.Tests;

/// <summary>Test signals by the recipes of EBU Tech 3341 and 3342 and by arithmetic.</summary>
internal static class Signals
{
    public const int Rate = 48000;

    /// <summary>A 1 kHz tone in segments of (seconds, dBFS peak), phase running on; null dB is silence. The same in every channel.</summary>
    public static float[] Tone(params (double Seconds, double? Db)[] segments) => Stereo(MonoTone(Rate, 1000, segments));

    public static float[] MonoTone(int rate, double hz, params (double Seconds, double? Db)[] segments)
    {
        var samples = new List<float>();
        foreach (var (seconds, db) in segments)
        {
            var amplitude = db is { } level ? Math.Pow(10, level / 20) : 0;
            var end = samples.Count + (int)Math.Round(seconds * rate);
            while (samples.Count < end)
                samples.Add((float)(amplitude * Math.Sin(2 * Math.PI * hz * samples.Count / rate)));
        }
        return [.. samples];
    }

    public static float[] Stereo(float[] mono) => Interleave(mono, mono);

    public static float[] Interleave(params float[][] channels)
    {
        var result = new float[channels[0].Length * channels.Length];
        for (var i = 0; i < channels[0].Length; i++)
        {
            for (var channel = 0; channel < channels.Length; channel++)
                result[i * channels.Length + channel] = channels[channel][i];
        }
        return result;
    }

    public static float[] Repeat(int times, params (double Seconds, double? Db)[] segments) =>
        Tone([.. Enumerable.Repeat(segments, times).SelectMany(part => part)]);

    /// <summary>White Gaussian noise of a deviation.</summary>
    public static float[] Noise(int count, double deviation, int seed)
    {
        var random = new Random(seed);
        var samples = new float[count];
        for (var i = 0; i < count; i++)
            samples[i] = (float)(deviation * Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        return samples;
    }

    public static byte[] S16(ReadOnlySpan<float> samples)
    {
        var bytes = new byte[samples.Length * 2];
        for (var i = 0; i < samples.Length; i++)
        {
            var code = (short)Math.Clamp((int)Math.Round(samples[i] * 32768.0), short.MinValue, short.MaxValue);
            bytes[2 * i] = (byte)code;
            bytes[2 * i + 1] = (byte)(code >> 8);
        }
        return bytes;
    }
}
