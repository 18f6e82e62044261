using Patchbay.Tools.Audio.Quality;

namespace Patchbay.Tools.Audio.Speech;

/// <summary>
/// Turns probabilities into stretches of speech, with the defaults Silero uses: begin at 0.5, end after 100 ms below 0.35, drop what is shorter
/// than 250 ms, pad by 30 ms. A turn ends when a second passes without speech.
/// </summary>
internal sealed class SpeechSegmenter(double frameS)
{
    private const float Begin = 0.5f;
    private const float End = 0.35f;
    private const double ShortestSpeechS = 0.25;
    private const double ShortestSilenceS = 0.1;
    private const double PadS = 0.03;
    private const double TurnPauseS = 1;

    private readonly SegmentList _segments = new();
    private double _now;
    private double _since = -1;
    private double _quietSince = -1;
    private double _lastEnd = double.NegativeInfinity;
    private int _turns;

    /// <summary>Takes the probability of the next frame.</summary>
    public void Add(float probability)
    {
        if (probability >= Begin)
        {
            _quietSince = -1;
            if (_since < 0)
                _since = _now;
        }
        else if (_since >= 0 && probability < End)
        {
            if (_quietSince < 0)
                _quietSince = _now;
            if (_now + frameS - _quietSince >= ShortestSilenceS)
                Close();
        }
        _now += frameS;
    }

    /// <summary>Share of the time heard that is speech; null before the first frame.</summary>
    public double? Ratio => _now == 0 ? null : Math.Min(1, (_segments.TotalS + (Open is { } open ? open.EndS - open.StartS : 0)) / _now);

    /// <summary>The newest stretches, one that goes on included.</summary>
    public IReadOnlyList<Segment> Segments => _segments.With(Open);

    /// <summary>Stretches of speech with less than a second between them count as one turn.</summary>
    public int Turns => _turns + (Open is { } open && open.StartS - _lastEnd >= TurnPauseS ? 1 : 0);

    private Segment? Open
    {
        get
        {
            if (_since < 0)
                return null;
            var end = _quietSince >= 0 ? _quietSince : _now;
            return end - _since >= ShortestSpeechS ? Pad(end) : null;
        }
    }

    private void Close()
    {
        if (Open is { } speech)
        {
            if (speech.StartS - _lastEnd >= TurnPauseS)
                _turns++;
            _segments.Add(speech.StartS, speech.EndS);
            _lastEnd = speech.EndS;
        }
        _since = -1;
        _quietSince = -1;
    }

    // Padding reaches neither before the start, nor into the stretch before, nor past what was heard.
    private Segment Pad(double end) => new(Math.Max(Math.Max(0, _lastEnd), _since - PadS), Math.Min(_now, end + PadS));
}
