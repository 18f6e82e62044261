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

    private readonly SileroWeights _weights = SileroWeights.Instance;
    private readonly float[] _input = new float[Input + Context];
    private readonly float[] _spectrum = new float[2 * Bins];
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
        Array.Clear(_spectrum);
        DenseMath.AddProducts(_weights.Basis, WindowSamples, _input.AsSpan(window * Hop, WindowSamples), _spectrum);
        var column = _magnitudes.AsSpan((window + 1) * Bins, Bins);
        for (var bin = 0; bin < Bins; bin++)
            column[bin] = MathF.Sqrt(_spectrum[bin] * _spectrum[bin] + _spectrum[Bins + bin] * _spectrum[Bins + bin]);
    }

    // The three taps of an output stand side by side in the weights, and three neighbouring columns side by side in the input: one dot product.
    private static void Convolve(ConvolutionWeights weights, float[] input, float[] output, int times, int stride)
    {
        for (var time = 0; time < times; time++)
        {
            var column = output.AsSpan((time + 1) * weights.Outputs, weights.Outputs);
            weights.Bias.CopyTo(column);
            DenseMath.AddProducts(weights.Rows, 3 * weights.Inputs, input.AsSpan(time * stride * weights.Inputs, 3 * weights.Inputs), column);
            for (var i = 0; i < column.Length; i++)
                column[i] = MathF.Max(0, column[i]);
        }
    }

    private float Recur(ReadOnlySpan<float> features)
    {
        _weights.GateBias.CopyTo(_gates, 0);
        DenseMath.AddProducts(_weights.InputWeights, Hidden, features, _gates);
        DenseMath.AddProducts(_weights.HiddenWeights, Hidden, _hidden, _gates);
        var output = _weights.OutputBias;
        for (var i = 0; i < Hidden; i++)
        {
            _cell[i] = Sigmoid(_gates[Hidden + i]) * _cell[i] + Sigmoid(_gates[i]) * MathF.Tanh(_gates[2 * Hidden + i]);
            _hidden[i] = Sigmoid(_gates[3 * Hidden + i]) * MathF.Tanh(_cell[i]);
            output += MathF.Max(0, _hidden[i]) * _weights.Output[i];
        }
        return Sigmoid(output);
    }

    private static float Sigmoid(float x) => 1 / (1 + MathF.Exp(-x));
}
