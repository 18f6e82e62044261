namespace Patchbay.Tools.Audio.Signal;

/// <summary>Power spectrum of real blocks of a power of two, by a radix-2 FFT of half the size. Shared by streams: holds no state of a call.</summary>
internal sealed class RealFft
{
    private readonly int _half;
    private readonly float[] _cos;
    private readonly float[] _sin;
    private readonly int[] _reversed;

    public RealFft(int size)
    {
        Size = size;
        _half = size / 2;
        _cos = new float[_half];
        _sin = new float[_half];
        for (var i = 0; i < _half; i++)
        {
            _cos[i] = (float)Math.Cos(2 * Math.PI * i / size);
            _sin[i] = (float)-Math.Sin(2 * Math.PI * i / size);
        }
        _reversed = new int[_half];
        for (int i = 1, bits = int.Log2(_half); i < _half; i++)
            _reversed[i] = (_reversed[i >> 1] >> 1) | ((i & 1) << (bits - 1));
    }

    /// <summary>Samples a block.</summary>
    public int Size { get; }

    /// <summary>Adds |X(k)|² of a block to <paramref name="power"/> (Size/2 + 1 values); <paramref name="real"/> and <paramref name="imaginary"/> are work space of Size/2.</summary>
    public void AddPower(ReadOnlySpan<float> block, ReadOnlySpan<float> window, Span<float> real, Span<float> imaginary, Span<double> power)
    {
        // Even samples go to the real part, odd ones to the imaginary part, in bit-reversed order.
        for (var i = 0; i < _half; i++)
        {
            var to = _reversed[i];
            real[to] = block[2 * i] * window[2 * i];
            imaginary[to] = block[2 * i + 1] * window[2 * i + 1];
        }
        Transform(real, imaginary);

        power[0] += Square(real[0] + imaginary[0]);
        power[_half] += Square(real[0] - imaginary[0]);
        for (var k = 1; k < _half; k++)
        {
            float a = real[k], b = imaginary[k], c = real[_half - k], d = imaginary[_half - k];
            float evenRe = 0.5f * (a + c), evenIm = 0.5f * (b - d), oddRe = 0.5f * (b + d), oddIm = 0.5f * (c - a);
            var re = evenRe + oddRe * _cos[k] - oddIm * _sin[k];
            var im = evenIm + oddRe * _sin[k] + oddIm * _cos[k];
            power[k] += re * re + im * im;
        }
    }

    private void Transform(Span<float> real, Span<float> imaginary)
    {
        for (var size = 2; size <= _half; size <<= 1)
        {
            var half = size / 2;
            var step = Size / size;
            for (var start = 0; start < _half; start += size)
            {
                var re0 = real.Slice(start, half);
                var re1 = real.Slice(start + half, half);
                var im0 = imaginary.Slice(start, half);
                var im1 = imaginary.Slice(start + half, half);
                for (int k = 0, at = 0; k < re0.Length; k++, at += step)
                {
                    float cos = _cos[at], sin = _sin[at];
                    var re = re1[k] * cos - im1[k] * sin;
                    var im = re1[k] * sin + im1[k] * cos;
                    re1[k] = re0[k] - re;
                    im1[k] = im0[k] - im;
                    re0[k] += re;
                    im0[k] += im;
                }
            }
        }
    }

    private static double Square(float value) => (double)value * value;
}
