namespace Patchbay.Tools.Audio.Speech;

/// <summary>The parameters of Silero VAD v6 at 16 kHz (MIT, Silero Team), read once from the file that ships inside the assembly. Shared by all streams.</summary>
internal sealed class SileroWeights
{
    private static readonly Lazy<SileroWeights> Loaded = new(() => new SileroWeights(OnnxInitializers.Read(Resource())));

    private SileroWeights(IReadOnlyDictionary<string, float[]> tensors)
    {
        Convolutions =
        [
            Convolution(tensors, 0, 129, 128),
            Convolution(tensors, 1, 128, 64),
            Convolution(tensors, 2, 64, 64),
            Convolution(tensors, 3, 64, 128),
        ];
        InputWeights = new DenseMatrix(Tensor(tensors, "model.decoder.rnn.weight_ih", 512 * 128), 512);
        HiddenWeights = new DenseMatrix(Tensor(tensors, "model.decoder.rnn.weight_hh", 512 * 128), 512);
        var input = Tensor(tensors, "model.decoder.rnn.bias_ih", 512);
        var hidden = Tensor(tensors, "model.decoder.rnn.bias_hh", 512);
        GateBias = [.. input.Zip(hidden, (a, b) => a + b)];
        Output = Tensor(tensors, "model.decoder.decoder.2.weight", 128);
        OutputBias = Tensor(tensors, "model.decoder.decoder.2.bias", 1)[0];
    }

    public static SileroWeights Instance => Loaded.Value;

    public IReadOnlyList<ConvolutionWeights> Convolutions { get; }

    /// <summary>128 inputs, 512 outputs: gates in the order i, f, g, o.</summary>
    public DenseMatrix InputWeights { get; }

    /// <summary>128 inputs, 512 outputs: gates in the order i, f, g, o.</summary>
    public DenseMatrix HiddenWeights { get; }

    /// <summary>Both biases of the 512 gates, added.</summary>
    public float[] GateBias { get; }

    public float[] Output { get; }

    public float OutputBias { get; }

    private static ConvolutionWeights Convolution(IReadOnlyDictionary<string, float[]> tensors, int index, int inputs, int outputs)
    {
        var stored = Tensor(tensors, $"model.encoder.{index}.reparam_conv.weight", outputs * inputs * 3);
        var rows = new float[stored.Length];
        // The file has [output][input][tap]; a dot product over all inputs of a tap wants [output][tap][input].
        for (var output = 0; output < outputs; output++)
        {
            for (var input = 0; input < inputs; input++)
            {
                for (var tap = 0; tap < 3; tap++)
                    rows[(output * 3 + tap) * inputs + input] = stored[(output * inputs + input) * 3 + tap];
            }
        }
        return new ConvolutionWeights(new DenseMatrix(rows, outputs), Tensor(tensors, $"model.encoder.{index}.reparam_conv.bias", outputs));
    }

    private static float[] Tensor(IReadOnlyDictionary<string, float[]> tensors, string name, int length) =>
        tensors.TryGetValue(name, out var values) && values.Length == length
            ? values
            : throw new InvalidDataException($"The speech model lacks the tensor {name} of {length} values.");

    private static byte[] Resource()
    {
        using var stream = typeof(SileroWeights).Assembly.GetManifestResourceStream("silero_vad_16k.onnx")
            ?? throw new InvalidDataException("The speech model is not in the assembly.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}

/// <summary>A convolution of three taps: a matrix whose inputs are all inputs of the first tap, of the second and of the third, and a bias an output.</summary>
internal sealed record ConvolutionWeights(DenseMatrix Taps, float[] Bias);
