namespace Patchbay.Bench.Audio;

/// <summary>Something like speech: a buzz of changing pitch in syllables with pauses between, over noise; every channel after the first fainter.</summary>
internal static class Voice
{
    /// <summary>Frames of 20 ms, their samples interleaved, within ±1.</summary>
    public static IEnumerable<double[]> Frames(int sampleRate, int channels, int seconds)
    {
        var random = new Random(1);
        var samples = sampleRate / 50;
        var phase = 0.0;
        for (var number = 0; number < seconds * 50; number++)
        {
            var frame = new double[samples * channels];
            for (var i = 0; i < samples; i++)
            {
                var t = ((number * samples) + i) / (double)sampleRate;
                phase += (110 + (20 * Math.Sin(3 * t))) / sampleRate;
                var buzz = Enumerable.Range(1, 11).Sum(k => Math.Sin(2 * Math.PI * k * phase) / k);
                var syllable = Math.Max(0, Math.Sin(2 * Math.PI * 3 * t)) * (t % 4 < 3 ? 1 : 0);
                for (var channel = 0; channel < channels; channel++)
                    frame[(i * channels) + channel] = (0.15 * buzz * syllable / (channel + 1)) + (0.002 * (random.NextDouble() - 0.5));
            }

            yield return frame;
        }
    }
}
