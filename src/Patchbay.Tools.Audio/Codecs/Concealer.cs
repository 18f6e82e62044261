namespace Patchbay.Tools.Audio.Codecs;

/// <summary>
/// Fills gaps of PCM by repetition in the manner of G.711 Appendix I: the last 10 ms repeat, fall by 20 % of the start in each further 10 ms,
/// and are silent after 60 ms.
/// </summary>
internal sealed class Concealer
{
    private readonly int _channels;
    private readonly int _unit;
    private readonly float[] _history;
    private int _at;
    private int _done;

    public Concealer(int sampleRate, int channels)
    {
        _channels = channels;
        _unit = Math.Max(1, sampleRate / 100);
        _history = new float[_unit * channels];
    }

    /// <summary>Keeps the newest 10 ms.</summary>
    public void Remember(ReadOnlySpan<float> interleaved)
    {
        if (interleaved.Length >= _history.Length)
        {
            interleaved[^_history.Length..].CopyTo(_history);
            _at = 0;
            return;
        }
        var tail = Math.Min(interleaved.Length, _history.Length - _at);
        interleaved[..tail].CopyTo(_history.AsSpan(_at));
        interleaved[tail..].CopyTo(_history);
        _at = (_at + interleaved.Length) % _history.Length;
    }

    /// <summary>Starts a new gap.</summary>
    public void Begin() => _done = 0;

    /// <summary>Writes the next samples of the gap.</summary>
    public void Fill(Span<float> interleaved)
    {
        for (var i = 0; i < interleaved.Length; i += _channels)
        {
            // A steady first unit, then a straight line to zero at the end of the sixth.
            var gain = Math.Clamp(1.2f - 0.2f * _done / _unit, 0f, 1f);
            var from = (_at + _done % _unit * _channels) % _history.Length;
            for (var channel = 0; channel < _channels; channel++)
                interleaved[i + channel] = gain * _history[from + channel];
            _done++;
        }
    }
}
