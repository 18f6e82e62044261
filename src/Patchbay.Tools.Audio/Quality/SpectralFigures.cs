namespace Patchbay.Tools.Audio.Quality;

/// <summary>Figures read from a mean spectrum.</summary>
internal static class SpectralFigures
{
    private const double BandHz = 100;

    /// <summary>
    /// Effective bandwidth in Hz: the upper edge of the highest band of 100 Hz that lies within 60 dB of the strongest band and 10 dB above the noise.
    /// Without pauses to know the noise from, it is the highest place where the level falls by 20 dB for good, or else the 60 dB alone.
    /// </summary>
    /// <returns>The bandwidth, and whether the level falls by 20 dB or more within 500 Hz above it and stays there.</returns>
    public static (double Hz, bool Sharp)? Bandwidth(double[] spectrum, double[]? noise, double binHz)
    {
        var bands = Bands(spectrum, binHz);
        var floor = noise is null ? null : Bands(noise, binHz);
        var strongest = bands.Max();
        if (strongest < -120)
            return null;
        int? highest = null;
        for (var band = bands.Length - 1; band >= 0; band--)
        {
            if (bands[band] < Math.Max(strongest - 60, floor?[band] + 10 ?? double.NegativeInfinity))
                continue;
            highest ??= band;
            if (FallsAbove(bands, band))
                return (EdgeHz(band), true);
            if (floor is not null)
                break;
        }
        return highest is { } last ? (EdgeHz(last), false) : null;

        double EdgeHz(int band) => Math.Min((band + 1) * BandHz, binHz * (spectrum.Length - 1));
    }

    // All that lies more than 500 Hz above is 20 dB below the band, and the band is the highest of its neighbourhood that is not.
    private static bool FallsAbove(double[] bands, int band)
    {
        var above = bands.AsSpan(Math.Min(bands.Length, band + 5));
        foreach (var level in above)
        {
            if (level > bands[band] - 20)
                return false;
        }
        return above.Length > 0;
    }

    /// <summary>The class of a bandwidth by RFC 6716 (4, 6, 8, 12, 20 kHz), split half way between.</summary>
    public static string Class(double hz) => hz switch
    {
        < 5000 => "NB",
        < 7000 => "MB",
        < 10000 => "WB",
        < 16000 => "SWB",
        _ => "FB",
    };

    /// <summary>Noise power as a mean square: the spectrum without its lines. A bin more than 9 dB above the median of its neighbours is replaced by that median.</summary>
    public static double FloorPower(double[] noise)
    {
        var sum = 0.0;
        Span<double> around = stackalloc double[2 * (FarNeighbour - NearNeighbour + 1)];
        for (var k = 1; k < noise.Length; k++)
        {
            var count = 0;
            for (var distance = NearNeighbour; distance <= FarNeighbour; distance++)
            {
                if (k - distance >= 1)
                    around[count++] = noise[k - distance];
                if (k + distance < noise.Length)
                    around[count++] = noise[k + distance];
            }
            var sorted = around[..count];
            sorted.Sort();
            var median = sorted[count / 2];
            sum += noise[k] > 8 * median ? median : noise[k];
        }
        return sum;
    }

    /// <summary>Slope of the noise in dB an octave, a straight line through its bands from 100 Hz to 90 % of the top; null when a band is empty.</summary>
    public static double? Tilt(double[] noise, double binHz)
    {
        var bands = Bands(noise, binHz);
        double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
        for (var band = 1; band < bands.Length * 9 / 10; band++)
        {
            if (bands[band] < -200)
                return null;
            // Each band weighs as the share of an octave it covers.
            double x = Math.Log2((band + 0.5) * BandHz), weight = 1.0 / (band + 0.5);
            n += weight;
            sx += weight * x;
            sy += weight * bands[band];
            sxx += weight * x * x;
            sxy += weight * x * bands[band];
        }
        var spread = n * sxx - sx * sx;
        return spread <= 0 ? null : (n * sxy - sx * sy) / spread;
    }

    private const int NearNeighbour = 6;
    private const int FarNeighbour = 20;

    // Mean power a bin in bands of 100 Hz, in dB.
    private static double[] Bands(double[] spectrum, double binHz)
    {
        var count = (int)Math.Round(binHz * (spectrum.Length - 1) / BandHz);
        var sums = new double[count];
        var bins = new int[count];
        for (var k = 1; k < spectrum.Length; k++)
        {
            var band = Math.Min(count - 1, (int)(k * binHz / BandHz));
            sums[band] += spectrum[k];
            bins[band]++;
        }
        var bands = new double[count];
        for (var band = 0; band < count; band++)
            bands[band] = 10 * Math.Log10(sums[band] / Math.Max(1, bins[band]) + 1e-30);
        return bands;
    }
}
