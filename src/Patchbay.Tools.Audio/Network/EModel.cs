namespace Patchbay.Tools.Audio.Network;

/// <summary>What goes into the E-model beside its defaults.</summary>
/// <param name="DelayMs">Ta: absolute one-way delay in ms.</param>
/// <param name="LossPercent">Ppl: lost and late frames in percent.</param>
/// <param name="BurstR">Burst ratio, at least 1.</param>
/// <param name="Ie">Equipment impairment of the codec without loss.</param>
/// <param name="Bpl">Robustness of the codec against loss.</param>
internal readonly record struct EModelInput(double DelayMs = 0, double LossPercent = 0, double BurstR = 1, double Ie = 0, double Bpl = 4.3);

/// <summary>The rating and its parts.</summary>
internal readonly record struct EModelRating(double R, double Mos, double Ro, double Is, double Idte, double Idle, double Idd, double IeEff);

/// <summary>The E-model of ITU-T G.107 (06/2015) with the default values of its Table 2, and its wideband form G.107.1.</summary>
internal static class EModel
{
    private const double Slr = 8, Rlr = 2, Olr = Slr + Rlr, Stmr = 15, Lstr = 18, Ds = 3, Telr = 65, Wepl = 110, Qdu = 1;
    private const double Nc = -70, Nfor = -64, Ps = 35, Pr = 35, St = 1, Mt = 100;

    /// <summary>Largest R of the wideband model, and its ratio to the narrowband scale.</summary>
    private const double WidebandRo = 129, WidebandScale = 1.29;

    /// <summary>Narrowband rating, 0 to 100.</summary>
    public static EModelRating Narrowband(EModelInput input)
    {
        var no = Noise();
        var ro = 15 - 1.5 * (Slr + no);
        var simultaneous = Loudness(no) + Sidetone(input.DelayMs) + Quantizing(ro);
        var (idte, idle) = Echo(ro, no, input.DelayMs);
        var idd = Delay(input.DelayMs);
        var ie = Equipment(input);
        var r = ro - simultaneous - idte - idle - idd - ie;
        return new EModelRating(r, Mos(r), ro, simultaneous, idte, idle, idd, ie);
    }

    /// <summary>Wideband rating, 0 to 129, free of echo: Ro = 129, Is = 0, Idd on the wideband scale; MOS from R/1.29.</summary>
    public static EModelRating Wideband(EModelInput input)
    {
        var idd = WidebandScale * Delay(input.DelayMs);
        var ie = Equipment(input);
        var r = WidebandRo - idd - ie;
        return new EModelRating(r, Mos(r / WidebandScale), WidebandRo, 0, 0, 0, idd, ie);
    }

    /// <summary>Annex B: the mean opinion score of an R. The cubic falls below 1 for small R and is held there.</summary>
    public static double Mos(double r) => r switch
    {
        <= 0 => 1,
        >= 100 => 4.5,
        _ => Math.Max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6),
    };

    // §7.2: noise at the 0 dBr point.
    private static double Noise()
    {
        var nos = Ps - Slr - Ds - 100 + 0.004 * Square(Ps - Olr - Ds - 14);
        var pre = Pr + 10 * Math.Log10(1 + Math.Pow(10, (10 - Lstr) / 10));
        var nor = Rlr - 121 + pre + 0.008 * Square(pre - 35);
        const double nfo = Nfor + Rlr;
        return 10 * Math.Log10(FromDb(Nc) + FromDb(nos) + FromDb(nor) + FromDb(nfo));
    }

    // §7.3: too low an overall loudness rating.
    private static double Loudness(double no)
    {
        var x = Olr + 0.2 * (64 + no - Rlr);
        return 20 * (Math.Pow(1 + Math.Pow(x / 8, 8), 1.0 / 8) - x / 8);
    }

    // §7.3: sidetone.
    private static double Sidetone(double delayMs)
    {
        var stmro = -10 * Math.Log10(Math.Pow(10, -Stmr / 10) + Math.Exp(-delayMs / 4) * Math.Pow(10, -Telr / 10));
        return 12 * Math.Pow(1 + Math.Pow((stmro - 13) / 6, 8), 1.0 / 8) - 28 * Math.Pow(1 + Math.Pow((stmro + 1) / 19.4, 35), 1.0 / 35)
            - 13 * Math.Pow(1 + Math.Pow((stmro - 3) / 33, 13), 1.0 / 13) + 29;
    }

    // §7.3: quantizing distortion.
    private static double Quantizing(double ro)
    {
        var q = 37 - 15 * Math.Log10(Qdu);
        var g = 1.07 + 0.258 * q + 0.0602 * q * q;
        var y = (ro - 100) / 15 + 46 / 8.4 - g / 9;
        var z = 46.0 / 30 - g / 40;
        return 15 * Math.Log10(1 + Math.Pow(10, y) + Math.Pow(10, z));
    }

    // §7.4: talker and listener echo; T = Ta, Tr = 2 Ta.
    private static (double Idte, double Idle) Echo(double ro, double no, double t)
    {
        var roe = -1.5 * (no - Rlr);
        var terv = Telr - 40 * Math.Log10((1 + t / 10) / (1 + t / 150)) + 6 * Math.Exp(-0.3 * t * t);
        var re = 80 + 2.5 * (terv - 14);
        var idte = t < 1 ? 0 : ((roe - re) / 2 + Math.Sqrt(Square(roe - re) / 4 + 100) - 1) * (1 - Math.Exp(-t));
        var rle = 10.5 * (Wepl + 7) * Math.Pow(2 * t + 1, -0.25);
        return (idte, (ro - rle) / 2 + Math.Sqrt(Square(ro - rle) / 4 + 169));
    }

    // §7.4: absolute delay. The exponents are products of 6 and sT.
    private static double Delay(double ta)
    {
        if (ta <= Mt)
            return 0;
        const double power = 6 * St;
        var x = Math.Log2(ta / Mt);
        return 25 * (Math.Pow(1 + Math.Pow(x, power), 1 / power) - 3 * Math.Pow(1 + Math.Pow(x / 3, power), 1 / power) + 2);
    }

    // §7.5: codec and loss.
    private static double Equipment(EModelInput input) =>
        input.Ie + (95 - input.Ie) * input.LossPercent / (input.LossPercent / input.BurstR + input.Bpl);

    private static double FromDb(double db) => Math.Pow(10, db / 10);

    private static double Square(double value) => value * value;
}
