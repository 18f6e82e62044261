using Patchbay.Tools.Audio.Signal;

namespace Patchbay.Tools.Audio.Quality;

/// <summary>Mains hum of 50 or 60 Hz with its harmonics, in spectra of one second of the signal brought down to about 2 kHz.</summary>
internal sealed class HumDetector
{
    private const int Size = 2048;
    private const int Harmonics = 6;
    private const int FewestBlocks = 2;
    private static readonly Lazy<RealFft> Fft = new(() => new RealFft(Size));
    private static readonly Lazy<float[]> Window = new(() => WelchSpectrum.Hann(Size));

    private readonly int _factor;
    private readonly double _rate;
    private readonly float[] _block = new float[Size];
    private readonly float[] _real = new float[Size / 2];
    private readonly float[] _imaginary = new float[Size / 2];
    private readonly double[] _power = new double[Size / 2 + 1];
    private int _filled;
    private int _blocks;
    private int _phase;
    private double _falling;
    private double _rising;
    private double _carried;

    public HumDetector(int sampleRate)
    {
        _factor = Math.Max(1, (int)Math.Round(sampleRate / 2000.0));
        _rate = (double)sampleRate / _factor;
    }

    /// <summary>Whether enough was heard to say anything (two seconds).</summary>
    public bool Measured => _blocks >= FewestBlocks;

    public void Add(ReadOnlySpan<float> samples)
    {
        // Two running means in a row: triangular weights, half of each triangle shared with the next. Nulls lie where a line could fold onto hum.
        foreach (var sample in samples)
        {
            var weight = (double)(_phase + 1) / _factor;
            _rising += sample * weight;
            _falling += sample * (1 - weight);
            if (++_phase < _factor)
                continue;
            Push((float)(_carried + _falling) / _factor);
            _carried = _rising;
            (_phase, _rising, _falling) = (0, 0, 0);
        }
    }

    /// <summary>The mains frequency and the power of its lines, or null when there is no hum.</summary>
    public (int Hz, double Power)? Find()
    {
        if (!Measured)
            return null;
        var fifty = Lines(50);
        var sixty = Lines(60);
        return (fifty > 0 || sixty > 0) ? (fifty >= sixty ? (50, fifty) : (60, sixty)) : null;
    }

    private void Push(float sample)
    {
        _block[_filled++] = sample;
        if (_filled < Size)
            return;
        Fft.Value.AddPower(_block, Window.Value, _real, _imaginary, _power);
        _blocks++;
        _filled = 0;
    }

    // Hum is a fundamental that stands out by 20 dB, or by 10 dB with a harmonic beside it, or any three harmonics.
    private double Lines(int mains)
    {
        double power = 0;
        int count = 0, first = 0;
        for (var harmonic = 1; harmonic <= Harmonics; harmonic++)
        {
            var (line, prominence) = Line(mains * harmonic);
            if (prominence < 10)
                continue;
            count++;
            power += line;
            if (harmonic == 1)
                first = prominence >= 20 ? 2 : 1;
        }
        return first == 2 || (first == 1 && count >= 2) || count >= 3 ? power : 0;
    }

    private (double Power, double Prominence) Line(double hz)
    {
        var bin = _rate / Size;
        var centre = (int)Math.Round(hz / bin);
        var reach = (int)Math.Ceiling(2.5 / bin);
        double peak = 0, sum = 0;
        for (var k = centre - reach; k <= centre + reach; k++)
        {
            peak = Math.Max(peak, _power[k]);
            sum += _power[k];
        }
        var around = new List<double>();
        for (var distance = reach + 2; distance <= reach + 10; distance++)
            around.AddRange([_power[centre - distance], _power[centre + distance]]);
        around.Sort();
        var floor = around[around.Count / 2];
        // The triangle's gain at this frequency, and the one-sided scale of a Hann window.
        var x = Math.PI * hz / _rate;
        var gain = Math.Pow(Math.Sin(x) / (_factor * Math.Sin(x / _factor)), 4);
        var scale = 2.0 / (Size * (0.375 * Size) * _blocks) / gain;
        var power = Math.Max(0, sum - floor * (2 * reach + 1)) * scale;
        return power < 1e-11 ? (0, 0) : (power, 10 * Math.Log10(peak / Math.Max(floor, 1e-30)));
    }
}
