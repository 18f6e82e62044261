namespace Patchbay.Tools.Audio.Quality;

/// <summary>A stretch of a stream in seconds from its start.</summary>
/// <param name="StartS">Where it begins, in seconds.</param>
/// <param name="EndS">Where it ends, in seconds.</param>
public readonly record struct Segment(double StartS, double EndS);

/// <summary>The newest stretches of an endless stream, and what all of them came to.</summary>
internal sealed class SegmentList(int capacity = SegmentList.DefaultCapacity)
{
    /// <summary>How many stretches are kept.</summary>
    public const int DefaultCapacity = 200;

    private readonly Queue<Segment> _kept = new(Math.Min(capacity, 16));

    /// <summary>Stretches so far, those no longer kept included.</summary>
    public int Count { get; private set; }

    /// <summary>Seconds of all stretches so far.</summary>
    public double TotalS { get; private set; }

    /// <summary>Length of the longest.</summary>
    public double LongestS { get; private set; }

    /// <summary>Start of the first, or null.</summary>
    public double? FirstS { get; private set; }

    public void Add(double startS, double endS)
    {
        if (_kept.Count == capacity)
            _kept.Dequeue();
        _kept.Enqueue(new Segment(startS, endS));
        Count++;
        TotalS += endS - startS;
        LongestS = Math.Max(LongestS, endS - startS);
        FirstS ??= startS;
    }

    /// <summary>The kept stretches in order, with one that is still going on.</summary>
    public IReadOnlyList<Segment> With(Segment? open) => open is { } last ? [.. _kept, last] : [.. _kept];
}
