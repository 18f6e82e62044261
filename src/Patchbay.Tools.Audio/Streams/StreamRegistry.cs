using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Patchbay.Protocol.Errors;
using Patchbay.Tools.Audio.Codecs;
using Patchbay.Tools.Audio.Reports;

namespace Patchbay.Tools.Audio.Streams;

/// <summary>All streams of the server. A stream belongs to its session and ends with it; to others it does not exist.</summary>
internal sealed class StreamRegistry : IDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, SessionStreams> _sessions = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, AudioStream> _streams = new(StringComparer.Ordinal);
    private readonly ClosedStreams _closed;
    private readonly AudioOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<StreamRegistry> _log;
    private readonly ITimer _sweep;

    public StreamRegistry(IOptions<AudioOptions> options, TimeProvider time, ILogger<StreamRegistry> log)
    {
        _options = options.Value;
        _time = time;
        _log = log;
        _closed = new ClosedStreams(time, TimeSpan.FromMinutes(_options.ReportRetentionMinutes), _options.MaxRetainedReports);
        // One timer for all streams.
        _sweep = time.CreateTimer(_ => Sweep(), null, SweepInterval, SweepInterval);
        if (OpusLibrary.Instance is null)
            AudioLog.NoOpus(log);
    }

    /// <summary>Opens a stream, or says why not.</summary>
    public (AudioStream? Stream, ProtocolError? Error) Open(IToolSession session, StreamFormat format, string? label)
    {
        if (_streams.Count >= _options.MaxStreams)
            return (null, Full("The server", _options.MaxStreams));
        if (session.Ended.IsCancellationRequested)
            return (null, ProtocolError.NotFound("The session is over."));
        var streams = Of(session);
        var stream = streams.Add(number => Create(session, number, format, label), _options.MaxStreamsPerSession);
        if (stream is null)
            return (null, Full("The session", _options.MaxStreamsPerSession));
        _streams[stream.Identity.StreamId] = stream;
        AudioLog.StreamOpened(_log, stream.Identity.StreamId, format.Codec.ToString(), format.SampleRate, format.Channels);
        // The session may have ended between the check and now; its callback has then found no stream.
        if (session.Ended.IsCancellationRequested)
            _ = stream.CloseAsync(ClosedBy.SessionEnded);
        return (stream, null);
    }

    /// <summary>The streams of a session; null when it never opened one.</summary>
    public SessionStreams? Find(IToolSession session) => _sessions.GetValueOrDefault(session.SessionId);

    /// <summary>The streams of a session, whether it has any or not.</summary>
    public SessionStreams Of(IToolSession session)
    {
        if (_sessions.TryGetValue(session.SessionId, out var streams))
            return streams;
        streams = new SessionStreams(session);
        var kept = _sessions.GetOrAdd(session.SessionId, streams);
        if (ReferenceEquals(kept, streams))
            session.Ended.Register(() => End(kept));
        return kept;
    }

    /// <summary>The report of a stream as far as it has come in; null when it does not exist for the session.</summary>
    public async Task<AudioReport?> ReportAsync(IToolSession session, string streamId, ReportSections sections) =>
        OpenStream(session, streamId) is { } stream
            ? await stream.ReportAsync(sections).ConfigureAwait(false)
            : _closed.Find(streamId, session)?.Only(sections);

    /// <summary>Closes a stream; one that is closed already gives its final report again. Null when it does not exist for the session.</summary>
    public async Task<AudioReport?> CloseAsync(IToolSession session, string streamId) =>
        OpenStream(session, streamId) is { } stream
            ? await stream.CloseAsync(ClosedBy.Client).ConfigureAwait(false)
            : _closed.Find(streamId, session);

    public void Dispose() => _sweep.Dispose();

    private AudioStream? OpenStream(IToolSession session, string streamId) =>
        _streams.TryGetValue(streamId, out var stream) && stream.Identity.Session.SessionId == session.SessionId ? stream : null;

    private AudioStream Create(IToolSession session, ushort number, StreamFormat format, string? label)
    {
        var now = _time.GetUtcNow();
        var identity = new StreamIdentity($"aud-{Guid.CreateVersion7(now):N}", number, label, session, now);
        return new AudioStream(identity, format, _options, _time, _log, Closed);
    }

    // Called by the stream's worker when the final report stands.
    private void Closed(AudioStream stream)
    {
        var identity = stream.Identity;
        if (stream.FinalReport is { } report)
        {
            _closed.Add(identity, report);
            AudioLog.StreamClosed(_log, identity.StreamId, report.ClosedBy!, report.DurationS);
        }
        _streams.TryRemove(identity.StreamId, out _);
        Find(identity.Session)?.Remove(stream);
    }

    private void End(SessionStreams streams)
    {
        _sessions.TryRemove(streams.Session.SessionId, out _);
        foreach (var stream in streams.Open)
            _ = stream.CloseAsync(ClosedBy.SessionEnded);
    }

    private void Sweep()
    {
        var limit = TimeSpan.FromSeconds(_options.IdleTimeoutSeconds);
        foreach (var (_, stream) in _streams)
        {
            if (stream.Idle >= limit)
                _ = stream.CloseAsync(ClosedBy.Idle);
        }
        _closed.Trim();
    }

    private static ProtocolError Full(string whose, int limit) =>
        new(ErrorCodes.ServerOverloaded, $"{whose} has {limit} open audio streams already; close one first.", new JsonObject { ["limit"] = limit });
}
