using System.Numerics;
using Patchbay.Tools.Audio.Signal;

namespace Patchbay.Tools.Audio.Quality;

/// <summary>What a channel is beside the others.</summary>
public enum ChannelState
{
    /// <summary>Nothing to remark.</summary>
    Ok,

    /// <summary>Below -90 dBFS all the time while another channel has signal.</summary>
    Dead,

    /// <summary>The same signal as an earlier channel (their difference lies 60 dB below them).</summary>
    Identical,

    /// <summary>The opposite of an earlier channel (correlation below -0.9).</summary>
    Inverted,
}

/// <summary>Compares every pair of channels over the stream's life.</summary>
internal sealed class ChannelComparer(int channels)
{
    private const float DeadPeak = 3.1622776e-5f;
    private readonly double[,] _products = new double[channels, channels];
    private readonly double[,] _differences = new double[channels, channels];

    public void Add(HopBuffer hop)
    {
        for (var a = 0; a < channels; a++)
        {
            for (var b = a + 1; b < channels; b++)
            {
                var (product, difference) = Compare(hop.Channel(a), hop.Channel(b));
                _products[a, b] += product;
                _differences[a, b] += difference;
            }
        }
    }

    /// <summary>The state of a channel, and the earlier channel it is the same or the opposite of.</summary>
    public (ChannelState State, int? RelativeTo) StateOf(int channel, LevelMeter levels)
    {
        if (levels.PeakOf(channel) < DeadPeak)
            return levels.Peak >= DeadPeak ? (ChannelState.Dead, null) : (ChannelState.Ok, null);
        for (var other = 0; other < channel; other++)
        {
            var energies = levels.PowerOf(channel) * levels.Samples + levels.PowerOf(other) * levels.Samples;
            if (levels.PeakOf(other) < DeadPeak)
                continue;
            if (_differences[other, channel] < 1e-6 * energies)
                return (ChannelState.Identical, other);
            if (Correlation(other, channel, levels) < -0.9)
                return (ChannelState.Inverted, other);
        }
        return (ChannelState.Ok, null);
    }

    /// <summary>Correlation of two channels, -1 to 1; null when one of them is silent.</summary>
    public double? Correlation(int first, int second, LevelMeter levels)
    {
        var power = Math.Sqrt(levels.PowerOf(first) * levels.PowerOf(second)) * levels.Samples;
        return power <= 0 ? null : _products[first, second] / power;
    }

    private static (double Product, double Difference) Compare(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Vector<float> products = default, differences = default;
        var i = 0;
        for (; i + Vector<float>.Count <= a.Length; i += Vector<float>.Count)
        {
            var x = new Vector<float>(a[i..]);
            var y = new Vector<float>(b[i..]);
            products += x * y;
            differences += (x - y) * (x - y);
        }
        double product = Vector.Sum(products), difference = Vector.Sum(differences);
        for (; i < a.Length; i++)
        {
            product += (double)a[i] * b[i];
            difference += ((double)a[i] - b[i]) * ((double)a[i] - b[i]);
        }
        return (product, difference);
    }
}
