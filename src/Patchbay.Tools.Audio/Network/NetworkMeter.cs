namespace Patchbay.Tools.Audio.Network;

/// <summary>Everything that is known of a stream from the headers and arrivals of its frames.</summary>
/// <param name="clockRate">Ticks a second of capture_ts.</param>
/// <param name="frameMs">Milliseconds of a frame as agreed at opening; null: taken from the frames.</param>
internal sealed class NetworkMeter(double clockRate, double? frameMs)
{
    private readonly CaptureClock _clock = new(clockRate);
    private double _mediaS;
    private long _frames;

    public SequenceTracker Sequence { get; } = new();

    public JitterMeter Jitter { get; } = new();

    public DriftEstimator Drift { get; } = new();

    public DelayHistory Delays { get; } = new();

    public ArrivalMeter Arrivals { get; } = new();

    /// <summary>Receipt to analysed.</summary>
    public LogHistogram Analysis { get; } = new();

    /// <summary>Seconds a frame: as agreed, else the mean so far.</summary>
    public double FrameS => frameMs / 1000 ?? (_frames == 0 ? 0.02 : Math.Max(1e-6, _mediaS / _frames));

    /// <summary>How often the sender's clock was set anew.</summary>
    public int ClockLeaps => _clock.Leaps;

    /// <summary>Whether the sender's timestamps advance at all.</summary>
    public bool ClockRuns => _clock.Runs;

    /// <summary>Whether the audio came no faster than it was captured. A file that is sent at full speed has no delays to speak of.</summary>
    public bool Live => _clock.Runs && _frames > 1 && Arrivals.LastArrivalS >= 0.8 * _clock.SpanS && _clock.SpanS > 0;

    /// <summary>Takes a frame.</summary>
    /// <param name="sequence">Its number.</param>
    /// <param name="timestamp">Its capture_ts.</param>
    /// <param name="arrival">When it came, in seconds from the first frame.</param>
    /// <param name="mediaS">Seconds of audio in it.</param>
    public SequenceVerdict Take(uint sequence, ulong timestamp, double arrival, double mediaS)
    {
        var verdict = Sequence.Take(sequence);
        Arrivals.Add(arrival, mediaS, FrameS);
        _frames++;
        _mediaS += mediaS;
        if (verdict.Kind == SequenceKind.Jump)
            return verdict;

        var forward = verdict.Kind is SequenceKind.InOrder or SequenceKind.Restart;
        double capture;
        if (forward)
        {
            capture = _clock.Next(timestamp, arrival, mediaS, verdict.Missing, verdict.Kind == SequenceKind.Restart, out var leapt);
            if (leapt)
            {
                Jitter.Restart();
                Drift.Restart();
            }
            Drift.Add(capture, arrival - capture);
        }
        else if (_clock.Beside(timestamp) is { } beside)
        {
            capture = beside;
        }
        else
        {
            return verdict;
        }

        Jitter.Add(arrival, capture);
        while (Delays.IsFull(verdict.Extended))
            Delays.JudgeBlock(Drift.Slope, FrameS, Live);
        // The first frame of the new numbering came with the one before; it is received, and no other time of it is known.
        if (verdict.Kind == SequenceKind.Restart)
            Delays.Add(verdict.Extended - 1, arrival, capture);
        if (verdict.Kind != SequenceKind.Duplicate)
            Delays.Add(verdict.Extended, arrival, capture);
        return verdict;
    }
}
