using System.Numerics;
using Patchbay.Tools.Audio.Signal;

namespace Patchbay.Tools.Audio.Quality;

/// <summary>Peak, power and mean of each channel, over the stream's life and over the newest hop.</summary>
internal sealed class LevelMeter(int channels)
{
    private readonly double[] _sums = new double[channels];
    private readonly double[] _squares = new double[channels];
    private readonly float[] _peaks = new float[channels];
    private readonly double[] _hopPower = new double[channels];
    private readonly float[] _hopPeaks = new float[channels];
    private readonly float[] _held = new float[channels];
    private long _samples;

    /// <summary>Samples a channel so far.</summary>
    public long Samples => _samples;

    /// <summary>Largest magnitude of all channels.</summary>
    public float Peak { get; private set; }

    /// <summary>Largest mean square among the channels of the newest hop.</summary>
    public double LoudestHopPower { get; private set; }

    /// <summary>Mean square over all channels and the whole life; null before the first hop.</summary>
    public double? Power => _samples == 0 ? null : _squares.Sum() / _squares.Length / _samples;

    public float PeakOf(int channel) => _peaks[channel];

    public double PowerOf(int channel) => _samples == 0 ? 0 : _squares[channel] / _samples;

    /// <summary>Mean of a channel as a share of full scale.</summary>
    public double OffsetOf(int channel) => _samples == 0 ? 0 : _sums[channel] / _samples;

    /// <summary>Mean square of a channel in the newest hop.</summary>
    public double HopPowerOf(int channel) => _hopPower[channel];

    /// <summary>Largest magnitude of a channel in the newest hop.</summary>
    public float HopPeakOf(int channel) => _hopPeaks[channel];

    /// <summary>Largest magnitude of a channel since this was last asked.</summary>
    public float TakeHeldPeak(int channel)
    {
        var peak = _held[channel];
        _held[channel] = 0;
        return peak;
    }

    public void Add(HopBuffer hop)
    {
        LoudestHopPower = 0;
        for (var channel = 0; channel < _sums.Length; channel++)
        {
            var (sum, squares, peak) = Measure(hop.Channel(channel));
            _sums[channel] += sum;
            _squares[channel] += squares;
            _peaks[channel] = MathF.Max(_peaks[channel], peak);
            _hopPower[channel] = squares / hop.Length;
            _hopPeaks[channel] = peak;
            _held[channel] = MathF.Max(_held[channel], peak);
            LoudestHopPower = Math.Max(LoudestHopPower, _hopPower[channel]);
            Peak = MathF.Max(Peak, peak);
        }
        _samples += hop.Length;
    }

    // Single precision is enough within a hop (at most 1,920 samples); what is summed over the life is double.
    private static (double Sum, double Squares, float Peak) Measure(ReadOnlySpan<float> samples)
    {
        Vector<float> sums = default, squares = default, peaks = default;
        var i = 0;
        for (; i + Vector<float>.Count <= samples.Length; i += Vector<float>.Count)
        {
            var x = new Vector<float>(samples[i..]);
            sums += x;
            squares += x * x;
            peaks = Vector.Max(peaks, Vector.Abs(x));
        }
        double sum = Vector.Sum(sums), square = Vector.Sum(squares);
        var peak = 0f;
        for (var lane = 0; lane < Vector<float>.Count; lane++)
            peak = MathF.Max(peak, peaks[lane]);
        for (; i < samples.Length; i++)
        {
            sum += samples[i];
            square += (double)samples[i] * samples[i];
            peak = MathF.Max(peak, MathF.Abs(samples[i]));
        }
        return (sum, square, peak);
    }
}
