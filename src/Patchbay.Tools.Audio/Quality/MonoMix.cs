using Patchbay.Tools.Audio.Signal;

namespace Patchbay.Tools.Audio.Quality;

/// <summary>
/// The one channel that spectrum, hum and speech are measured on: the mean of all channels, or the loudest one where the channels cancel each other.
/// </summary>
internal sealed class MonoMix(int sampleRate, int channels)
{
    private readonly float[] _mix = channels == 1 ? [] : new float[sampleRate / 100 + 1];

    public ReadOnlySpan<float> Of(HopBuffer hop, LevelMeter levels)
    {
        if (channels == 1)
            return hop.Channel(0);
        var mix = _mix.AsSpan(0, hop.Length);
        mix.Clear();
        var loudest = 0;
        for (var channel = 0; channel < channels; channel++)
        {
            var samples = hop.Channel(channel);
            for (var i = 0; i < mix.Length; i++)
                mix[i] += samples[i];
            if (levels.HopPowerOf(channel) > levels.HopPowerOf(loudest))
                loudest = channel;
        }
        var power = 0f;
        for (var i = 0; i < mix.Length; i++)
        {
            mix[i] /= channels;
            power += mix[i] * mix[i];
        }
        if (power < 0.01 * levels.HopPowerOf(loudest) / channels * mix.Length)
            hop.Channel(loudest).CopyTo(mix);
        return mix;
    }
}
