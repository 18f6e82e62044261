using System.Runtime.InteropServices;

namespace Patchbay.Tools.Audio.Tests.Loudness;

/// <summary>The system's libebur128 as a second meter.</summary>
internal sealed unsafe class Ebur128
{
    // EBUR128_MODE_I | EBUR128_MODE_S | EBUR128_MODE_TRUE_PEAK.
    private const int Modes = 5 | 3 | 0x31;
    private readonly nint _library;

    private Ebur128(nint library) => _library = library;

    public static Ebur128? Find() => NativeLibrary.TryLoad("libebur128.so.1", out var library) ? new Ebur128(library) : null;

    public (double Integrated, double Momentary, double ShortTerm, double Range, double TruePeakDb) Measure(float[] stereo, int rate)
    {
        var state = ((delegate* unmanaged<uint, nuint, int, nint*>)NativeLibrary.GetExport(_library, "ebur128_init"))(2, (nuint)rate, Modes);
        var add = (delegate* unmanaged<nint*, float*, nuint, int>)NativeLibrary.GetExport(_library, "ebur128_add_frames_float");
        var shortTerm = new List<double>();
        fixed (float* samples = stereo)
        {
            for (var at = 0; at + rate / 10 <= stereo.Length / 2; at += rate / 10)
            {
                Assert.Equal(0, add(state, samples + 2 * at, (nuint)(rate / 10)));
                if (at + rate / 10 >= 3 * rate)
                    shortTerm.Add(Get(state, "ebur128_loudness_shortterm"));
            }
        }
        var peak = 0.0;
        for (uint channel = 0; channel < 2; channel++)
        {
            double value;
            Assert.Equal(0, ((delegate* unmanaged<nint*, uint, double*, int>)NativeLibrary.GetExport(_library, "ebur128_true_peak"))(state, channel, &value));
            peak = Math.Max(peak, value);
        }
        var result = (Get(state, "ebur128_loudness_global"), Get(state, "ebur128_loudness_momentary"), Get(state, "ebur128_loudness_shortterm"), Range(shortTerm), 20 * Math.Log10(peak));
        ((delegate* unmanaged<nint**, void>)NativeLibrary.GetExport(_library, "ebur128_destroy"))(&state);
        return result;
    }

    // EBU Tech 3342 §3.1 on the meter's short-term values at 10 Hz. The library's own range takes one a second, which on changeful sound differs by whole LU.
    private static double Range(List<double> shortTerm)
    {
        var loud = shortTerm.Where(value => value >= -70).ToList();
        var gate = 10 * Math.Log10(loud.Average(value => Math.Pow(10, value / 10))) - 20;
        var kept = loud.Where(value => value >= gate).Order().ToList();
        double At(double share) => kept[(int)Math.Floor((kept.Count - 1) * share + 0.5)];
        return At(0.95) - At(0.10);
    }

    private double Get(nint* state, string name)
    {
        double value;
        Assert.Equal(0, ((delegate* unmanaged<nint*, double*, int>)NativeLibrary.GetExport(_library, name))(state, &value));
        return value;
    }
}
