using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Patchbay.Tools.Audio.Signal;

/// <summary>Power spectrum of real blocks of a power of two, 16 at least, by an FFT of half the size in vectors. Shared by streams: holds no state of a call.</summary>
internal sealed class RealFft
{
    private readonly int _half;
    private readonly float[] _cos;
    private readonly float[] _sin;
    // Of each pass of `half` butterflies a group the factors stand side by side, from index `half` on.
    private readonly float[] _passCos;
    private readonly float[] _passSin;
    private readonly int[] _reversed;

    public RealFft(int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 16);
        Size = size;
        _half = size / 2;
        _cos = new float[_half];
        _sin = new float[_half];
        for (var i = 0; i < _half; i++)
        {
            _cos[i] = (float)Math.Cos(2 * Math.PI * i / size);
            _sin[i] = (float)-Math.Sin(2 * Math.PI * i / size);
        }
        _passCos = new float[_half];
        _passSin = new float[_half];
        for (var half = 1; half < _half; half <<= 1)
        {
            for (var k = 0; k < half; k++)
            {
                _passCos[half + k] = (float)Math.Cos(Math.PI * k / half);
                _passSin[half + k] = (float)-Math.Sin(Math.PI * k / half);
            }
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
        FirstTwoPasses(real, imaginary);
        ref var re = ref MemoryMarshal.GetReference(real[.._half]);
        ref var im = ref MemoryMarshal.GetReference(imaginary[.._half]);
        ref var cos = ref MemoryMarshal.GetArrayDataReference(_passCos);
        ref var sin = ref MemoryMarshal.GetArrayDataReference(_passSin);
        for (nuint start = 0; start < (nuint)_half; start += 8)
        {
            var (c, s) = (Vector128.LoadUnsafe(ref cos, 4), Vector128.LoadUnsafe(ref sin, 4));
            var (a, b) = (Vector128.LoadUnsafe(ref re, start), Vector128.LoadUnsafe(ref im, start));
            var (x, y) = (Vector128.LoadUnsafe(ref re, start + 4), Vector128.LoadUnsafe(ref im, start + 4));
            var (turnedRe, turnedIm) = ((x * c) - (y * s), (x * s) + (y * c));
            (a + turnedRe).StoreUnsafe(ref re, start);
            (b + turnedIm).StoreUnsafe(ref im, start);
            (a - turnedRe).StoreUnsafe(ref re, start + 4);
            (b - turnedIm).StoreUnsafe(ref im, start + 4);
        }

        for (nuint half = 8; half < (nuint)_half; half <<= 1)
        {
            for (nuint start = 0; start < (nuint)_half; start += 2 * half)
            {
                for (nuint k = 0; k < half; k += 8)
                {
                    var (low, high) = (start + k, start + half + k);
                    var (c, s) = (Vector256.LoadUnsafe(ref cos, half + k), Vector256.LoadUnsafe(ref sin, half + k));
                    var (a, b) = (Vector256.LoadUnsafe(ref re, low), Vector256.LoadUnsafe(ref im, low));
                    var (x, y) = (Vector256.LoadUnsafe(ref re, high), Vector256.LoadUnsafe(ref im, high));
                    var (turnedRe, turnedIm) = ((x * c) - (y * s), (x * s) + (y * c));
                    (a + turnedRe).StoreUnsafe(ref re, low);
                    (b + turnedIm).StoreUnsafe(ref im, low);
                    (a - turnedRe).StoreUnsafe(ref re, high);
                    (b - turnedIm).StoreUnsafe(ref im, high);
                }
            }
        }
    }

    // Groups of one and of two butterflies, whose factors are 1 and −i.
    private static void FirstTwoPasses(Span<float> real, Span<float> imaginary)
    {
        for (var start = 0; start + 4 <= real.Length; start += 4)
        {
            var re = real.Slice(start, 4);
            var im = imaginary.Slice(start, 4);
            float aRe = re[0] + re[1], aIm = im[0] + im[1], bRe = re[0] - re[1], bIm = im[0] - im[1];
            float cRe = re[2] + re[3], cIm = im[2] + im[3], dRe = re[2] - re[3], dIm = im[2] - im[3];
            (re[0], im[0]) = (aRe + cRe, aIm + cIm);
            (re[1], im[1]) = (bRe + dIm, bIm - dRe);
            (re[2], im[2]) = (aRe - cRe, aIm - cIm);
            (re[3], im[3]) = (bRe - dIm, bIm + dRe);
        }
    }

    private static double Square(float value) => (double)value * value;
}
