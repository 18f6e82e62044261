using Patchbay.Tools.Audio.Signal;

namespace Patchbay.Tools.Audio.Quality;

/// <summary>
/// Mean power spectrum of one channel by Welch's method: Hann windows of about 85 ms (4096 samples at 48 kHz), half overlapping. The windows in which
/// the speech model heard nothing are summed apart: they are the noise.
/// </summary>
internal sealed class WelchSpectrum
{
    private const float Quiet = 0.2f;

    private static readonly Lazy<(RealFft Fft, float[] Window)>[] Shared =
        [.. Enumerable.Range(10, 5).Select(bits => new Lazy<(RealFft, float[])>(() => (new RealFft(1 << bits), Hann(1 << bits))))];

    private readonly RealFft _fft;
    private readonly float[] _window;
    private readonly float[] _block;
    private readonly float[] _real;
    private readonly float[] _imaginary;
    private readonly double[] _fresh;
    private readonly double[] _all;
    private readonly double[] _noise;
    private readonly double[] _waiting;
    private bool _isWaiting;
    private int _filled;
    private long _blocks;
    private long _noiseBlocks;
    private float _speechNow;
    private float _speechBefore;

    public WelchSpectrum(int sampleRate)
    {
        SampleRate = sampleRate;
        // 1024 at 8 kHz to 16384 at 192 kHz: bins of 7.8 to 15.6 Hz.
        var bits = Math.Clamp(int.Log2((int)(sampleRate * 4096L / 48000 * 4 / 3)), 10, 14);
        (_fft, _window) = Shared[bits - 10].Value;
        _block = new float[_fft.Size];
        _real = new float[_fft.Size / 2];
        _imaginary = new float[_fft.Size / 2];
        _fresh = new double[_fft.Size / 2 + 1];
        _all = new double[_fresh.Length];
        _noise = new double[_fresh.Length];
        _waiting = new double[_fresh.Length];
    }

    public int SampleRate { get; }

    /// <summary>Width of a bin in Hz.</summary>
    public double BinHz => (double)SampleRate / _fft.Size;

    /// <summary>Windows without speech so far.</summary>
    public long NoiseBlocks => _noiseBlocks;

    /// <summary>The speech model's newest probability.</summary>
    public void HearSpeech(float probability) => _speechNow = MathF.Max(_speechNow, probability);

    public void Add(ReadOnlySpan<float> samples)
    {
        while (!samples.IsEmpty)
        {
            var count = Math.Min(samples.Length, _block.Length - _filled);
            samples[..count].CopyTo(_block.AsSpan(_filled));
            samples = samples[count..];
            _filled += count;
            if (_filled == _block.Length)
                Transform();
        }
    }

    /// <summary>Power a bin, one-sided, so that the sum is the mean square; null before the first window.</summary>
    public double[]? Mean() => Scale(_all, _blocks);

    /// <summary>The same for the windows without speech; null before there are ten of them.</summary>
    public double[]? MeanNoise() => _noiseBlocks < 10 ? null : Scale(_noise, _noiseBlocks);

    private void Transform()
    {
        Array.Clear(_fresh);
        _fft.AddPower(_block, _window, _real, _imaginary, _fresh);
        // The model hears speech a little after it begins: a quiet window counts as noise once the next half window is quiet too.
        var takes = _isWaiting && _speechNow < Quiet;
        for (var k = 0; k < _fresh.Length; k++)
        {
            _all[k] += _fresh[k];
            if (takes)
                _noise[k] += _waiting[k];
        }
        _blocks++;
        if (takes)
            _noiseBlocks++;
        _isWaiting = MathF.Max(_speechNow, _speechBefore) < Quiet;
        if (_isWaiting)
            _fresh.CopyTo(_waiting, 0);
        (_speechBefore, _speechNow) = (_speechNow, 0);
        var half = _block.Length / 2;
        _block.AsSpan(half).CopyTo(_block);
        _filled = half;
    }

    // Σw² of a Hann window is 3/8 of its length.
    private double[]? Scale(double[] power, long blocks)
    {
        if (blocks == 0)
            return null;
        var scale = 2.0 / (_fft.Size * (0.375 * _fft.Size) * blocks);
        var mean = new double[power.Length];
        for (var k = 0; k < mean.Length; k++)
            mean[k] = power[k] * (k == 0 || k == mean.Length - 1 ? scale / 2 : scale);
        return mean;
    }

    internal static float[] Hann(int size) => [.. Enumerable.Range(0, size).Select(i => (float)(0.5 - 0.5 * Math.Cos(2 * Math.PI * i / size)))];
}
