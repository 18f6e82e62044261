using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Patchbay.Tools.Audio.Quality;
using Patchbay.Tools.Audio.Signal;

namespace Patchbay.Tools.Audio.Speech;

/// <summary>
/// Silero VAD v6 in plain C#: 512 samples at 16 kHz in, the probability of speech out. One a stream; allocates nothing a frame.
/// </summary>
internal sealed class SileroVad
{
    /// <summary>Samples a frame, 32 ms.</summary>
    public const int FrameSamples = 512;

    private const int Context = 64;
    private const int Input = Context + FrameSamples;
    private const int Windows = 4;
    private const int WindowSamples = 256;
    private const int Hop = 128;
    private const int Bins = 129;
    private const int Hidden = 128;

    // The network's first layer is a Fourier transform of 256 samples under a Hann window, written as a product with its basis (a test compares); this takes a fiftieth of the work.
    private static readonly RealFft Fourier = new(WindowSamples);
    private static readonly float[] Window = WelchSpectrum.Hann(WindowSamples);

    private readonly SileroWeights _weights = SileroWeights.Instance;
    private readonly float[] _input = new float[Input + Context];
    private readonly float[] _real = new float[WindowSamples / 2];
    private readonly float[] _imaginary = new float[WindowSamples / 2];
    private readonly double[] _power = new double[Bins];
    // Time-major activations with one silent column on either side, the padding of the convolutions.
    private readonly float[] _magnitudes = new float[(Windows + 2) * Bins];
    private readonly float[] _first = new float[(4 + 2) * 128];
    private readonly float[] _second = new float[(2 + 2) * 64];
    private readonly float[] _third = new float[(1 + 2) * 64];
    private readonly float[] _fourth = new float[(1 + 2) * 128];
    private readonly float[] _gates = new float[4 * Hidden];
    private readonly float[] _hidden = new float[Hidden];
    private readonly float[] _cell = new float[Hidden];

    /// <summary>Takes the next 512 samples and returns the probability, 0 to 1, that they hold speech.</summary>
    public float Process(ReadOnlySpan<float> frame)
    {
        frame.CopyTo(_input.AsSpan(Context));
        for (var i = 0; i < Context; i++)
            _input[Input + i] = _input[Input - 2 - i];

        for (var window = 0; window < Windows; window++)
            Magnitudes(window);
        _input.AsSpan(FrameSamples, Context).CopyTo(_input);

        Convolve(_weights.Convolutions[0], _magnitudes, _first, times: 4, stride: 1);
        Convolve(_weights.Convolutions[1], _first, _second, times: 2, stride: 2);
        Convolve(_weights.Convolutions[2], _second, _third, times: 1, stride: 2);
        Convolve(_weights.Convolutions[3], _third, _fourth, times: 1, stride: 1);
        return Recur(_fourth.AsSpan(128, 128));
    }

    private void Magnitudes(int window)
    {
        Array.Clear(_power);
        Fourier.AddPower(_input.AsSpan(window * Hop, WindowSamples), Window, _real, _imaginary, _power);
        var column = _magnitudes.AsSpan((window + 1) * Bins, Bins);
        for (var bin = 0; bin < Bins; bin++)
            column[bin] = (float)Math.Sqrt(_power[bin]);
    }

    // The three taps of an output stand side by side in the weights, and three neighbouring columns side by side in the input: one dot product.
    private static void Convolve(ConvolutionWeights weights, float[] input, float[] output, int times, int stride)
    {
        var taps = weights.Taps;
        for (var time = 0; time < times; time++)
        {
            var column = output.AsSpan((time + 1) * taps.Outputs, taps.Outputs);
            weights.Bias.CopyTo(column);
            taps.AddProduct(input.AsSpan(time * stride * taps.Inputs / 3, taps.Inputs), column);
            for (var i = 0; i < column.Length; i++)
                column[i] = MathF.Max(0, column[i]);
        }
    }

    private float Recur(ReadOnlySpan<float> features)
    {
        _weights.GateBias.CopyTo(_gates, 0);
        _weights.InputWeights.AddProduct(features, _gates);
        _weights.HiddenWeights.AddProduct(_hidden, _gates);
        ref var gates = ref MemoryMarshal.GetArrayDataReference(_gates);
        ref var cells = ref MemoryMarshal.GetArrayDataReference(_cell);
        ref var hiddens = ref MemoryMarshal.GetArrayDataReference(_hidden);
        ref var weights = ref MemoryMarshal.GetArrayDataReference(_weights.Output);
        var output = Vector256<float>.Zero;
        for (nuint i = 0; i < Hidden; i += (nuint)Vector256<float>.Count)
        {
            var input = Sigmoid(Vector256.LoadUnsafe(ref gates, i));
            var forget = Sigmoid(Vector256.LoadUnsafe(ref gates, Hidden + i));
            var fresh = Tanh(Vector256.LoadUnsafe(ref gates, (2 * Hidden) + i));
            var shown = Sigmoid(Vector256.LoadUnsafe(ref gates, (3 * Hidden) + i));
            var cell = (forget * Vector256.LoadUnsafe(ref cells, i)) + (input * fresh);
            var hidden = shown * Tanh(cell);
            cell.StoreUnsafe(ref cells, i);
            hidden.StoreUnsafe(ref hiddens, i);
            output += Vector256.Max(hidden, Vector256<float>.Zero) * Vector256.LoadUnsafe(ref weights, i);
        }

        return 1 / (1 + MathF.Exp(-(Vector256.Sum(output) + _weights.OutputBias)));
    }

    private static Vector256<float> Sigmoid(Vector256<float> x) => Vector256<float>.One / (Vector256<float>.One + Vector256.Exp(-x));

    // tanh x = 2 σ(2x) − 1.
    private static Vector256<float> Tanh(Vector256<float> x)
    {
        var sigmoid = Sigmoid(x + x);
        return sigmoid + sigmoid - Vector256<float>.One;
    }
}
