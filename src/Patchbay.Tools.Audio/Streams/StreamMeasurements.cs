using Patchbay.Tools.Audio.Codecs;
using Patchbay.Tools.Audio.Network;

namespace Patchbay.Tools.Audio.Streams;

/// <summary>One stream's frames turned into measurements. Owned by the stream's worker; not for concurrent use.</summary>
internal sealed class StreamMeasurements : IDisposable
{
    /// <summary>A gap is filled up to this; concealment is silent long before.</summary>
    private const double LongestConcealedS = 0.2;

    private readonly IFrameDecoder _decoder;
    private readonly long _ticksPerSecond;
    private readonly RtpClock? _rtp;
    private long? _firstReceived;
    private int _frameSamples;

    public StreamMeasurements(StreamFormat format, long ticksPerSecond, double silenceThresholdDbfs)
    {
        Format = format;
        _ticksPerSecond = ticksPerSecond;
        _decoder = format.CreateDecoder();
        _rtp = format.IsRtp ? new RtpClock() : null;
        Media = new MediaAnalyzer(format.Codec, format.SampleRate, format.Channels, silenceThresholdDbfs);
        Network = new NetworkMeter(format.ClockRate, format.FrameMs);
        _frameSamples = (int)Math.Round((format.FrameMs ?? 20) * format.SampleRate / 1000);
    }

    public StreamFormat Format { get; }

    public MediaAnalyzer Media { get; }

    public NetworkMeter Network { get; }

    /// <summary>Frames that were taken.</summary>
    public long Frames { get; private set; }

    /// <summary>Samples that were not numbers, infinite or absurd.</summary>
    public long InvalidSamples { get; private set; }

    /// <summary>Where the first of them was, in seconds.</summary>
    public double? FirstInvalidS { get; private set; }

    /// <summary>Lost frames that were filled in.</summary>
    public long ConcealedFrames { get; private set; }

    public long ConcealedSamples { get; private set; }

    public double LongestConcealedMs { get; private set; }

    /// <summary>Where the first loss was, in seconds.</summary>
    public double? FirstLossS { get; private set; }

    /// <summary>Takes a frame of a whole number of samples.</summary>
    public void Take(FrameHeader header, ReadOnlySpan<byte> payload, long received)
    {
        _firstReceived ??= received;
        if (_rtp is not null && RtpPacket.TryRead(payload, out var packet))
        {
            header = _rtp.Read(header, packet, out payload);
            // A packet that names the right type and holds something else is as good as an empty one.
            if (Format.SamplesIn(payload) < 0)
                payload = default;
        }

        var arrival = (double)(received - _firstReceived.Value) / _ticksPerSecond;
        var samples = payload.IsEmpty ? 0 : _decoder.SamplesIn(payload);
        Frames++;
        var verdict = Network.Take(header.Sequence, header.CaptureTimestamp, arrival, (double)samples / Format.SampleRate);
        // What comes out of order has been filled in already; its place is past.
        if (verdict.Kind is SequenceKind.Duplicate or SequenceKind.Reordered)
            return;
        if (verdict.Missing > 0)
            Conceal(verdict.Missing);
        if (samples == 0)
            return;
        var at = (double)Media.Samples / Format.SampleRate;
        var invalid = _decoder.Decode(payload, Media);
        if (invalid > 0)
            FirstInvalidS ??= at;
        InvalidSamples += invalid;
        _frameSamples = samples;
    }

    /// <summary>Notes that a frame's audio is measured.</summary>
    public void Analyzed(long received, long now) => Network.Analysis.Add((double)(now - received) / _ticksPerSecond);

    public void Dispose() => _decoder.Dispose();

    private void Conceal(int missing)
    {
        FirstLossS ??= (double)Media.Samples / Format.SampleRate;
        var longest = Math.Max(1, (int)(LongestConcealedS * Format.SampleRate / _frameSamples));
        var frames = Math.Min(missing, longest);
        var samples = Math.Min(frames * _frameSamples, (int)(LongestConcealedS * Format.SampleRate));
        _decoder.Conceal(samples, Media);
        ConcealedFrames += frames;
        ConcealedSamples += samples;
        LongestConcealedMs = Math.Max(LongestConcealedMs, 1000.0 * samples / Format.SampleRate);
    }
}
