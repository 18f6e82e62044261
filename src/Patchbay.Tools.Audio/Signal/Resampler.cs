using System.Collections.Concurrent;
using System.Numerics;

namespace Patchbay.Tools.Audio.Signal;

/// <summary>
/// Brings one channel to another rate by a polyphase Kaiser-windowed sinc (about 70 dB of stop band). Ratios of more than 512 phases take the nearest
/// of 512, which leaves an error of about -60 dB.
/// </summary>
internal sealed class Resampler
{
    private const int MaxPhases = 512;
    private const int ZeroCrossings = 12;
    private const int MaxShared = 32;
    private static readonly ConcurrentDictionary<(int From, int To), float[][]> Shared = new();

    private readonly int _up;
    private readonly int _down;
    private readonly float[][] _phases;
    private readonly float[] _line;
    private int _filled;
    private long _position;

    public Resampler(int from, int to, int longestInput)
    {
        var divisor = (int)BigInteger.GreatestCommonDivisor(from, to);
        _up = to / divisor;
        _down = from / divisor;
        _phases = Table(from, to, Math.Min(_up, MaxPhases));
        _line = new float[_phases[0].Length + longestInput + 1];
        // Half a filter of silence before the start keeps output sample 0 at input sample 0.
        _filled = _phases[0].Length / 2 - 1;
        LongestOutput = (int)((long)(longestInput + _phases[0].Length) * _up / _down) + 2;
    }

    /// <summary>The most samples one call can write.</summary>
    public int LongestOutput { get; }

    /// <summary>Takes samples and writes those that are ready; returns how many.</summary>
    public int Process(ReadOnlySpan<float> input, Span<float> output)
    {
        input.CopyTo(_line.AsSpan(_filled));
        _filled += input.Length;
        var taps = _phases[0].Length;
        var written = 0;
        while (true)
        {
            var start = (int)(_position / _up);
            if (start + taps > _filled)
                break;
            var phase = (int)(_position % _up * _phases.Length / _up);
            output[written++] = Dot(_phases[phase], _line.AsSpan(start, taps));
            _position += _down;
        }
        var used = Math.Min((int)(_position / _up), _filled);
        _line.AsSpan(used, _filled - used).CopyTo(_line);
        _filled -= used;
        _position -= (long)used * _up;
        return written;
    }

    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        Vector<float> sums = default;
        var i = 0;
        for (; i + Vector<float>.Count <= a.Length; i += Vector<float>.Count)
            sums += new Vector<float>(a[i..]) * new Vector<float>(b[i..]);
        var sum = Vector.Sum(sums);
        for (; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    // Tables are shared by streams of one rate; a client that opens streams of ever new rates gets its own, which die with the stream.
    private static float[][] Table(int from, int to, int phases)
    {
        if (Shared.TryGetValue((from, to), out var table))
            return table;
        table = Design(from, to, phases);
        if (Shared.Count < MaxShared)
            Shared.TryAdd((from, to), table);
        return table;
    }

    private static float[][] Design(int from, int to, int phases)
    {
        // Pass band up to 92 % of the smaller Nyquist frequency, in cycles of the input rate.
        var scale = Math.Min(1.0, (double)to / from) * 0.92;
        var half = (int)Math.Ceiling(ZeroCrossings / scale);
        var table = new float[phases][];
        for (var p = 0; p < phases; p++)
        {
            table[p] = new float[2 * half];
            double sum = 0;
            for (var k = 0; k < 2 * half; k++)
            {
                var distance = k - (half - 1) - (double)p / phases;
                var x = Math.PI * distance * scale;
                var value = (Math.Abs(x) < 1e-12 ? 1 : Math.Sin(x) / x) * Kaiser.Weight(Math.Clamp(distance / half, -1, 1), 7);
                table[p][k] = (float)value;
                sum += value;
            }
            for (var k = 0; k < 2 * half; k++)
                table[p][k] = (float)(table[p][k] / sum);
        }
        return table;
    }
}
