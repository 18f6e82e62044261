namespace Patchbay.Tools.Audio.Signal;

/// <summary>
/// Cuts a stream into hops of 10 ms whatever the frames are: hop k ends at sample floor((k+1)·rate/100). Every measurement is made of whole hops,
/// which is why its result does not depend on how the stream came.
/// </summary>
internal sealed class HopBuffer
{
    private readonly float[][] _channels;
    private readonly int _sampleRate;
    private long _hops;
    private long _end;
    private int _target;
    private int _filled;

    public HopBuffer(int sampleRate, int channels)
    {
        _sampleRate = sampleRate;
        _channels = [.. Enumerable.Range(0, channels).Select(_ => new float[sampleRate / 100 + 1])];
        Next();
    }

    /// <summary>Number of channels.</summary>
    public int Channels => _channels.Length;

    /// <summary>Samples a channel in this hop.</summary>
    public int Length => _filled;

    /// <summary>Sample index of the hop's first sample in the stream.</summary>
    public long Start { get; private set; }

    /// <summary>Whether the hop is whole.</summary>
    public bool IsFull => _filled == _target;

    /// <summary>The samples of a channel.</summary>
    public ReadOnlySpan<float> Channel(int channel) => _channels[channel].AsSpan(0, _filled);

    /// <summary>Takes what fits and returns how many values it took.</summary>
    public int Fill(ReadOnlySpan<float> interleaved)
    {
        var count = Math.Min(_target - _filled, interleaved.Length / _channels.Length);
        if (_channels.Length == 1)
        {
            interleaved[..count].CopyTo(_channels[0].AsSpan(_filled));
        }
        else
        {
            for (var channel = 0; channel < _channels.Length; channel++)
            {
                var samples = _channels[channel].AsSpan(_filled, count);
                for (int i = 0, from = channel; i < samples.Length; i++, from += _channels.Length)
                    samples[i] = interleaved[from];
            }
        }
        _filled += count;
        return count * _channels.Length;
    }

    /// <summary>Starts the next hop.</summary>
    public void Next()
    {
        Start = _end;
        _hops++;
        _end = _hops * _sampleRate / 100;
        _target = (int)(_end - Start);
        _filled = 0;
    }
}
