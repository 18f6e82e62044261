namespace Patchbay.Tools.Audio.Loudness;

/// <summary>The K-weighting filter of ITU-R BS.1770-5 Annex 1: a shelf for the head, then the RLB high-pass, for one channel.</summary>
internal sealed class KWeighting
{
    private readonly Biquad _head;
    private readonly Biquad _rlb;
    private double _h1;
    private double _h2;
    private double _r1;
    private double _r2;

    public KWeighting(int sampleRate)
    {
        (_head, _rlb) = Design(sampleRate);
    }

    /// <summary>The two stages at a rate. At 48 kHz they are the printed coefficients; elsewhere the analogue prototype behind them is transformed anew.</summary>
    public static (Biquad Head, Biquad Rlb) Design(int sampleRate)
    {
        if (sampleRate == 48000)
        {
            return (new Biquad(1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585),
                new Biquad(1, -2, 1, -1.99004745483398, 0.99007225036621));
        }

        var k = Math.Tan(Math.PI * 1681.974450955533 / sampleRate);
        const double q = 0.7071752369554196;
        var vh = Math.Pow(10, 3.999843853973347 / 20);
        var vb = Math.Pow(vh, 0.4996667741545416);
        var a0 = 1 + k / q + k * k;
        var head = new Biquad((vh + vb * k / q + k * k) / a0, 2 * (k * k - vh) / a0, (vh - vb * k / q + k * k) / a0, 2 * (k * k - 1) / a0, (1 - k / q + k * k) / a0);

        k = Math.Tan(Math.PI * 38.13547087602444 / sampleRate);
        const double rlbQ = 0.5003270373238773;
        a0 = 1 + k / rlbQ + k * k;
        return (head, new Biquad(1, -2, 1, 2 * (k * k - 1) / a0, (1 - k / rlbQ + k * k) / a0));
    }

    /// <summary>Filters the samples and returns the sum of their squares.</summary>
    public double Energy(ReadOnlySpan<float> samples)
    {
        var head = _head;
        var rlb = _rlb;
        double h1 = _h1, h2 = _h2, r1 = _r1, r2 = _r2, sum = 0;
        foreach (var sample in samples)
        {
            // Transposed direct form II: two state values a stage.
            double x = sample;
            var y = head.B0 * x + h1;
            h1 = head.B1 * x - head.A1 * y + h2;
            h2 = head.B2 * x - head.A2 * y;
            var z = rlb.B0 * y + r1;
            r1 = rlb.B1 * y - rlb.A1 * z + r2;
            r2 = rlb.B2 * y - rlb.A2 * z;
            sum += z * z;
        }
        // After silence the state falls into denormals, which cost a hundred times as much: below -600 dB it is nothing.
        _h1 = Settle(h1);
        _h2 = Settle(h2);
        _r1 = Settle(r1);
        _r2 = Settle(r2);
        return sum;
    }

    private static double Settle(double state) => Math.Abs(state) < 1e-30 ? 0 : state;
}

/// <summary>A second-order section with a0 = 1.</summary>
internal readonly record struct Biquad(double B0, double B1, double B2, double A1, double A2);
