using Patchbay.Tools.Audio.Reports;

namespace Patchbay.Tools.Audio.Streams;

/// <summary>Tells the session of a stream what happens in it: <c>audio.level</c> at most ten times a second, <c>audio.finding</c> when something new is found.</summary>
internal sealed class StreamEvents(AudioStream stream, TimeProvider time)
{
    /// <summary>Event of the meters.</summary>
    public const string Level = "audio.level";

    /// <summary>Event of the findings.</summary>
    public const string Found = "audio.finding";

    private const string Source = "audio";
    private static readonly TimeSpan BetweenLevels = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan BetweenFindings = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, FindingSeverity> _told = new(StringComparer.Ordinal);
    private long? _lastLevel;
    private long? _lastFindings;

    /// <summary>Publishes what is due and asked for.</summary>
    public void Publish(StreamMeasurements measurements)
    {
        var session = stream.Identity.Session;
        var now = time.GetTimestamp();
        if (IsDue(_lastLevel, now, BetweenLevels) && measurements.Media.MeasuredSamples > 0 && session.IsSubscribed(Level))
        {
            _lastLevel = now;
            session.Publish(Level, Source, LevelEvent.Of(stream.Identity, measurements.Media), LevelEvent.TypeInfo);
        }
        if (IsDue(_lastFindings, now, BetweenFindings) && session.IsSubscribed(Found))
        {
            _lastFindings = now;
            PublishFindings(session, measurements);
        }
    }

    private bool IsDue(long? last, long now, TimeSpan interval) => last is not { } then || time.GetElapsedTime(then, now) >= interval;

    // A finding is told once, and again when it has become worse.
    private void PublishFindings(IToolSession session, StreamMeasurements measurements)
    {
        var report = ReportBuilder.Build(stream, measurements, null, ReportSections.All);
        foreach (var finding in report.Findings)
        {
            if (_told.TryGetValue(finding.Title, out var severity) && severity >= finding.Severity)
                continue;
            _told[finding.Title] = finding.Severity;
            session.Publish(Found, Source, new FindingEvent(stream.Identity.StreamId, stream.Identity.StreamNo, stream.Identity.Label, finding), FindingEvent.TypeInfo);
        }
    }
}
