namespace Patchbay.Tools.Audio.Speech;

/// <summary>Collects what <see cref="WadaTable"/> needs: the mean and the mean logarithm of the magnitudes.</summary>
internal sealed class WadaSnr
{
    private const float Smallest = 1e-10f;
    private double _sum;
    private double _logs;
    private long _count;
    private long _zeros;

    /// <summary>The SNR in dB, held to -20 to 60; null before the first frame and for silence.</summary>
    public double? Db => _count == 0 || _sum <= 0 ? null : WadaTable.SnrAt(Math.Log(_sum / _count) - _logs / _count);

    /// <summary>Share of samples that are digital zero, which belong to neither of the two laws.</summary>
    public double ZeroShare => _count == 0 ? 0 : (double)_zeros / _count;

    public void Add(ReadOnlySpan<float> frame)
    {
        var product = 1.0;
        for (var i = 0; i < frame.Length; i++)
        {
            var magnitude = MathF.Abs(frame[i]);
            if (magnitude < Smallest)
            {
                magnitude = Smallest;
                _zeros++;
            }
            _sum += magnitude;
            product *= magnitude;
            // One logarithm for 16 samples: 1e-160 is still far from the end of the doubles.
            if ((i & 15) == 15)
            {
                _logs += Math.Log(product);
                product = 1;
            }
        }
        _logs += Math.Log(product);
        _count += frame.Length;
    }
}
