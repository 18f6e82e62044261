using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Patchbay.Tools.Audio.Speech;

/// <summary>Dense products with the vector width of the machine.</summary>
internal static class DenseMath
{
    /// <summary>Adds to each of <paramref name="results"/> the product of its row of <paramref name="rows"/> with a vector. Rows follow each other, <paramref name="stride"/> apart.</summary>
    // Compiled for good at once: in a process's first seconds, before the runtime has replaced its quick code, a frame takes half the time.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddProducts(ReadOnlySpan<float> rows, int stride, ReadOnlySpan<float> vector, Span<float> results)
    {
        var row = 0;
        // Four rows at a time: the vector is loaded once for four multiply-adds, and four sums hide their latency.
        for (; row + 4 <= results.Length; row += 4)
            AddFour(rows[(row * stride)..], stride, vector, results[row..]);
        for (; row < results.Length; row++)
            results[row] += Dot(rows.Slice(row * stride, vector.Length), vector);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void AddFour(ReadOnlySpan<float> rows, int stride, ReadOnlySpan<float> vector, Span<float> results)
    {
        ref var x = ref MemoryMarshal.GetReference(vector);
        ref var a = ref MemoryMarshal.GetReference(rows[..vector.Length]);
        ref var b = ref MemoryMarshal.GetReference(rows.Slice(stride, vector.Length));
        ref var c = ref MemoryMarshal.GetReference(rows.Slice(2 * stride, vector.Length));
        ref var d = ref MemoryMarshal.GetReference(rows.Slice(3 * stride, vector.Length));
        Vector<float> sa = default, sb = default, sc = default, sd = default;
        var width = Vector<float>.Count;
        var i = 0;
        for (; i + width <= vector.Length; i += width)
        {
            var v = Vector.LoadUnsafe(ref x, (nuint)i);
            sa = Vector.MultiplyAddEstimate(v, Vector.LoadUnsafe(ref a, (nuint)i), sa);
            sb = Vector.MultiplyAddEstimate(v, Vector.LoadUnsafe(ref b, (nuint)i), sb);
            sc = Vector.MultiplyAddEstimate(v, Vector.LoadUnsafe(ref c, (nuint)i), sc);
            sd = Vector.MultiplyAddEstimate(v, Vector.LoadUnsafe(ref d, (nuint)i), sd);
        }
        float ta = Vector.Sum(sa), tb = Vector.Sum(sb), tc = Vector.Sum(sc), td = Vector.Sum(sd);
        for (; i < vector.Length; i++)
        {
            var v = Unsafe.Add(ref x, i);
            ta += v * Unsafe.Add(ref a, i);
            tb += v * Unsafe.Add(ref b, i);
            tc += v * Unsafe.Add(ref c, i);
            td += v * Unsafe.Add(ref d, i);
        }
        results[0] += ta;
        results[1] += tb;
        results[2] += tc;
        results[3] += td;
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var sum = 0f;
        for (var i = 0; i < b.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
