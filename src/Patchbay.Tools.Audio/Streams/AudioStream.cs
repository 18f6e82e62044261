using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Patchbay.Tools.Audio.Reports;

namespace Patchbay.Tools.Audio.Streams;

/// <summary>
/// One open stream. Frames and questions come in through its inbox from any thread; a single worker on the thread pool, started when there is work,
/// measures them in order, and gives way to other streams after a while.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The worker disposes of the measurements when the stream ends, and every stream ends: by its client, its session or its idleness.")]
internal sealed class AudioStream : IThreadPoolWorkItem
{
    /// <summary>Frames a worker handles before it goes to the back of the pool's queue.</summary>
    private const int Turn = 64;

    private readonly StreamInbox _inbox;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly StreamEvents _events;
    private readonly Action<AudioStream> _closed;
    private StreamMeasurements? _measurements;
    private AudioReport? _final;
    private byte[] _message = new byte[1024];
    private long _invalidFrames;
    private long _lastActivity;

    public AudioStream(StreamIdentity identity, StreamFormat format, AudioOptions options, TimeProvider time, ILogger log, Action<AudioStream> closed)
    {
        Identity = identity;
        Format = format;
        _time = time;
        _log = log;
        _closed = closed;
        _measurements = new StreamMeasurements(format, time.TimestampFrequency, options.SilenceThresholdDbfs);
        _events = new StreamEvents(this, time);
        _inbox = new StreamInbox(options.QueueBytes, () => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false));
        _lastActivity = time.GetTimestamp();
    }

    public StreamIdentity Identity { get; }

    public StreamFormat Format { get; }

    /// <summary>Seconds of audio so far.</summary>
    public double DurationS { get; private set; }

    /// <summary>Frames that were refused.</summary>
    public long InvalidFrames => Interlocked.Read(ref _invalidFrames);

    /// <summary>The report of the whole stream, once it is closed.</summary>
    public AudioReport? FinalReport => Volatile.Read(ref _final);

    /// <summary>Time since the last frame.</summary>
    public TimeSpan Idle => _time.GetElapsedTime(Interlocked.Read(ref _lastActivity));

    /// <summary>Puts a frame in; false when it has no room. <paramref name="ended"/>: the stream takes no more.</summary>
    public bool TryAdd(ReadOnlySpan<byte> message, long received, out bool ended)
    {
        Interlocked.Exchange(ref _lastActivity, received);
        return _inbox.TryAdd(message, received, out ended);
    }

    /// <summary>Completes when a frame of a size has room.</summary>
    public Task WaitForRoomAsync(int length) => _inbox.WaitForRoomAsync(length);

    /// <summary>Counts a frame that was refused.</summary>
    public void CountInvalid() => Interlocked.Increment(ref _invalidFrames);

    /// <summary>The report, once everything that has come in by now is measured.</summary>
    public Task<AudioReport> ReportAsync(ReportSections sections) => Ask(new StreamQuestion(null, sections));

    /// <summary>Ends the stream once everything that has come in by now is measured, and gives its final report.</summary>
    public Task<AudioReport> CloseAsync(string by) => Ask(new StreamQuestion(by, ReportSections.All));

    [SuppressMessage("Design", "CA1031", Justification = "The bottom of a work item: what escapes here would end the process.")]
    void IThreadPoolWorkItem.Execute()
    {
        try
        {
            Work();
        }
        catch (Exception fault)
        {
            AudioLog.StreamFailed(_log, fault, Identity.StreamId);
            if (_final is null)
                Finish(ClosedBy.Fault);
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private Task<AudioReport> Ask(StreamQuestion question)
    {
        _inbox.Ask(question);
        return question.Answer;
    }

    private void Work()
    {
        for (var i = 0; i < Turn; i++)
        {
            switch (_inbox.Take(ref _message, out var length, out var received, out var question))
            {
                case InboxItem.None:
                    return;
                case InboxItem.Frame:
                    Take(_message.AsSpan(0, length), received);
                    break;
                case InboxItem.Question:
                    Reply(question!);
                    break;
            }
        }
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void Take(ReadOnlySpan<byte> message, long received)
    {
        if (_measurements is not { } measurements)
            return;
        var header = FrameHeader.Read(message);
        measurements.Take(header, message[FrameHeader.Size..], received);
        measurements.Analyzed(received, _time.GetTimestamp());
        DurationS = (double)measurements.Media.Samples / Format.SampleRate;
        if (header.EndOfStream)
            Finish(ClosedBy.EndOfStream);
        else
            _events.Publish(measurements);
    }

    private void Reply(StreamQuestion question)
    {
        try
        {
            if (question.Close is { } by && _final is null)
                Finish(by);
            question.Reply(_final is { } final ? final.Only(question.Sections) : ReportBuilder.Build(this, _measurements!, null, question.Sections));
        }
        catch (Exception fault)
        {
            question.Fail(fault);
            throw;
        }
    }

    // The measurements, by far the largest part of a stream, go with the end; only the report stays.
    [SuppressMessage("Design", "CA1031", Justification = "Whatever happens, the stream must end and its questions be answered.")]
    private void Finish(string by)
    {
        _inbox.End();
        var measurements = _measurements;
        _measurements = null;
        AudioReport report;
        try
        {
            measurements!.Media.Finish();
            report = ReportBuilder.Build(this, measurements, by, ReportSections.All);
        }
        catch (Exception fault)
        {
            AudioLog.StreamFailed(_log, fault, Identity.StreamId);
            report = ReportBuilder.Empty(this, ClosedBy.Fault);
        }
        measurements?.Dispose();
        Volatile.Write(ref _final, report);
        _closed(this);
    }
}
