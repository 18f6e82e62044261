using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Patchbay.Tools.Audio.Speech;

/// <summary>
/// Weights laid out for the product with a vector: panels of 64 outputs, in each the 64 weights of one input side by side. A value of the vector is loaded once for 64
/// multiply-adds into eight sums that stay in registers, which hides their latency, and nothing has to be added up across lanes at the end.
/// </summary>
internal sealed class DenseMatrix
{
    private const int Panel = 64;

    private readonly float[] _panels;

    /// <param name="rows">The weights of each output, one output behind the other.</param>
    /// <param name="outputs">How many; a multiple of 64.</param>
    public DenseMatrix(ReadOnlySpan<float> rows, int outputs)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(outputs % Panel, 0);
        Outputs = outputs;
        Inputs = rows.Length / outputs;
        _panels = new float[rows.Length];
        for (var output = 0; output < outputs; output++)
        {
            for (var input = 0; input < Inputs; input++)
                _panels[(((output / Panel * Inputs) + input) * Panel) + (output % Panel)] = rows[(output * Inputs) + input];
        }
    }

    public int Inputs { get; }

    public int Outputs { get; }

    /// <summary>Adds the product with a vector of <see cref="Inputs"/> values to <see cref="Outputs"/> results.</summary>
    public void AddProduct(ReadOnlySpan<float> vector, Span<float> results)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(vector.Length, Inputs);
        for (var output = 0; output < Outputs; output += Panel)
            AddPanel(_panels.AsSpan(output * Inputs, Panel * Inputs), vector, results.Slice(output, Panel));
    }

    // Compiled for good at once: in a process's first seconds, before the runtime has replaced its quick code, a frame takes half the time.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddPanel(ReadOnlySpan<float> panel, ReadOnlySpan<float> vector, Span<float> results)
    {
        ref var result = ref MemoryMarshal.GetReference(results);
        ref var weights = ref MemoryMarshal.GetReference(panel);
        var a = Vector256.LoadUnsafe(ref result);
        var b = Vector256.LoadUnsafe(ref result, 8);
        var c = Vector256.LoadUnsafe(ref result, 16);
        var d = Vector256.LoadUnsafe(ref result, 24);
        var e = Vector256.LoadUnsafe(ref result, 32);
        var f = Vector256.LoadUnsafe(ref result, 40);
        var g = Vector256.LoadUnsafe(ref result, 48);
        var h = Vector256.LoadUnsafe(ref result, 56);
        foreach (var value in vector)
        {
            var x = Vector256.Create(value);
            a = Vector256.MultiplyAddEstimate(x, Vector256.LoadUnsafe(ref weights), a);
            b = Vector256.MultiplyAddEstimate(x, Vector256.LoadUnsafe(ref weights, 8), b);
            c = Vector256.MultiplyAddEstimate(x, Vector256.LoadUnsafe(ref weights, 16), c);
            d = Vector256.MultiplyAddEstimate(x, Vector256.LoadUnsafe(ref weights, 24), d);
            e = Vector256.MultiplyAddEstimate(x, Vector256.LoadUnsafe(ref weights, 32), e);
            f = Vector256.MultiplyAddEstimate(x, Vector256.LoadUnsafe(ref weights, 40), f);
            g = Vector256.MultiplyAddEstimate(x, Vector256.LoadUnsafe(ref weights, 48), g);
            h = Vector256.MultiplyAddEstimate(x, Vector256.LoadUnsafe(ref weights, 56), h);
            weights = ref Unsafe.Add(ref weights, Panel);
        }
        a.StoreUnsafe(ref result);
        b.StoreUnsafe(ref result, 8);
        c.StoreUnsafe(ref result, 16);
        d.StoreUnsafe(ref result, 24);
        e.StoreUnsafe(ref result, 32);
        f.StoreUnsafe(ref result, 40);
        g.StoreUnsafe(ref result, 48);
        h.StoreUnsafe(ref result, 56);
    }
}
