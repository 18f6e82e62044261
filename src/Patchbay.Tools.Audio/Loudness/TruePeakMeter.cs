using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Patchbay.Tools.Audio.Signal;

namespace Patchbay.Tools.Audio.Loudness;

/// <summary>
/// True peak by ITU-R BS.1770-5 Annex 2: 4x oversampling below 96 kHz, 2x below 192 kHz, with a Kaiser-windowed sinc of 24 taps a phase
/// in place of the printed 12, which reads 0.3 dB low near a sixth of the sampling rate.
/// </summary>
internal sealed class TruePeakMeter
{
    private const int Taps = 24;
    private static readonly Vector128<float>[] FourTimes = Phases(4);
    private static readonly Vector128<float>[] TwoTimes = Phases(2);

    // Coefficient k of all four phases side by side: one sample in gives four out.
    private readonly Vector128<float>[]? _phases;
    private readonly float[] _work;

    public TruePeakMeter(int sampleRate)
    {
        _phases = sampleRate < 96000 ? FourTimes : sampleRate < 192000 ? TwoTimes : null;
        _work = new float[Taps - 1 + sampleRate / 100 + 1];
    }

    /// <summary>Largest magnitude between and on the samples so far, as a share of full scale.</summary>
    public float Peak { get; private set; }

    /// <summary>Takes samples and returns the largest magnitude among them.</summary>
    public float Add(ReadOnlySpan<float> samples)
    {
        samples.CopyTo(_work.AsSpan(Taps - 1));
        var peak = _phases is null ? Plain(samples) : Oversampled(_phases, samples.Length);
        _work.AsSpan(samples.Length, Taps - 1).CopyTo(_work);
        Peak = MathF.Max(Peak, peak);
        return peak;
    }

    private float Oversampled(Vector128<float>[] phases, int count)
    {
        var peaks = Vector128<float>.Zero;
        var n = 0;
        // Four samples at a time keep four sums in flight, which hides the latency of the multiply-adds.
        for (; n + 4 <= count; n += 4)
        {
            ref var at = ref _work[n];
            Vector128<float> s0 = default, s1 = default, s2 = default, s3 = default;
            for (var k = 0; k < Taps; k++)
            {
                var phase = phases[k];
                ref var x = ref Unsafe.Add(ref at, k);
                s0 = Vector128.MultiplyAddEstimate(phase, Vector128.Create(x), s0);
                s1 = Vector128.MultiplyAddEstimate(phase, Vector128.Create(Unsafe.Add(ref x, 1)), s1);
                s2 = Vector128.MultiplyAddEstimate(phase, Vector128.Create(Unsafe.Add(ref x, 2)), s2);
                s3 = Vector128.MultiplyAddEstimate(phase, Vector128.Create(Unsafe.Add(ref x, 3)), s3);
            }
            peaks = Vector128.Max(peaks, Vector128.Max(Vector128.Max(Vector128.Abs(s0), Vector128.Abs(s1)), Vector128.Max(Vector128.Abs(s2), Vector128.Abs(s3))));
        }
        for (; n < count; n++)
        {
            var sum = Vector128<float>.Zero;
            for (var k = 0; k < Taps; k++)
                sum = Vector128.MultiplyAddEstimate(phases[k], Vector128.Create(_work[n + k]), sum);
            peaks = Vector128.Max(peaks, Vector128.Abs(sum));
        }
        return MathF.Max(MathF.Max(peaks[0], peaks[1]), MathF.Max(peaks[2], peaks[3]));
    }

    private static float Plain(ReadOnlySpan<float> samples)
    {
        var peak = 0f;
        foreach (var sample in samples)
            peak = MathF.Max(peak, MathF.Abs(sample));
        return peak;
    }

    // Phase p of tap k weighs the sample at distance k - (Taps/2 - 1) - p/factor from the point sought; phase 0 is the sample itself.
    private static Vector128<float>[] Phases(int factor)
    {
        var taps = new Vector128<float>[Taps];
        for (var k = 0; k < Taps; k++)
        {
            var h = new float[4];
            for (var p = 0; p < factor; p++)
                h[p] = (float)WindowedSinc(k - (Taps / 2 - 1) - (double)p / factor);
            taps[k] = Vector128.Create(h);
        }
        return taps;
    }

    private static double WindowedSinc(double distance)
    {
        const double half = Taps / 2.0;
        var sinc = Math.Abs(distance) < 1e-9 ? 1 : Math.Sin(Math.PI * distance) / (Math.PI * distance);
        return Math.Abs(distance) >= half ? 0 : sinc * Kaiser.Weight(distance / half, beta: 6);
    }
}
