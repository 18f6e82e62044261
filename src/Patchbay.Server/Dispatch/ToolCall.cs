using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Errors;
using Patchbay.Server.Catalog;
using Patchbay.Server.Sessions;
using Patchbay.Server.Streaming;
using Patchbay.Tools;

namespace Patchbay.Server.Dispatch;

/// <summary>
/// One execution of a tool, from its place in the table to its answer. What ends it first (result, cancel, time-out, end of the session) answers it;
/// what comes later is dropped.
/// </summary>
internal sealed class ToolCall : Timed, IThreadPoolWorkItem
{
    private readonly Session _session;
    private readonly RequestMessage _request;
    private readonly CatalogEntry _entry;
    private readonly CancellationTokenSource _cancel = new();
    private readonly Context _context;
    private readonly Lock _lock = new();
    private readonly TimeSpan _timeout;
    private readonly long _receivedAt;
    private byte[] _arguments;
    private readonly int _argumentsLength;
    private long _startedAt;
    private bool _isAnswered;

    public ToolCall(Session session, RequestMessage request, CatalogEntry entry, ReadOnlySpan<byte> arguments, bool stream, TimeSpan timeout, long receivedAt)
    {
        _session = session;
        _request = request;
        _entry = entry;
        _timeout = timeout;
        _receivedAt = receivedAt;
        // The text the arguments stand in is reused as soon as the receive loop goes on.
        _arguments = ArrayPool<byte>.Shared.Rent(arguments.Length);
        _argumentsLength = arguments.Length;
        arguments.CopyTo(_arguments);
        _context = new Context(this, stream && entry.Definition.CanStream ? new CallStream(this) : null);
    }

    public string RequestId => _request.Id;

    public Session Session => _session;

    /// <summary>Starts the tool: here when it promises not to block, else on the thread pool.</summary>
    public void Start()
    {
        if (_entry.Definition.RunsInline)
        {
            _ = RunAsync();
            return;
        }

        _session.Engine.Deadlines.Add(this, _timeout);
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: true);
    }

    /// <summary>Gives back what a call holds that never started.</summary>
    public void Discard()
    {
        ArrayPool<byte>.Shared.Return(_arguments);
        _arguments = [];
    }

    void IThreadPoolWorkItem.Execute() => _ = RunAsync();

    /// <summary>Cancels the tool and answers <c>REQUEST_CANCELLED</c>; false when the call had ended already.</summary>
    public bool Cancel() => End(new ProtocolError(ErrorCodes.RequestCancelled, "The request was cancelled."));

    /// <summary>Cancels the tool because the server stops; what it has done is not known.</summary>
    public void Interrupt() => End(new ProtocolError(
        ErrorCodes.ExecutionInterrupted, "The server stopped before the call ended.", new JsonObject { ["outcome"] = "unknown" }));

    /// <summary>Cancels the tool without an answer: nobody is there to read it.</summary>
    public void Abandon()
    {
        lock (_lock)
            _isAnswered = true;
        CancelTool();
    }

    internal override void OnDue() =>
        End(new ProtocolError(ErrorCodes.ToolTimeout, $"{_entry.Definition.Name} did not end within {_timeout.TotalMilliseconds:0} ms."));

    /// <summary>Sends something that belongs before the answer; completes when there was room for it.</summary>
    /// <exception cref="OperationCanceledException">The call has been answered.</exception>
    internal async ValueTask SendBeforeAnswerAsync(Transport.OutboundMessage message, CancellationToken cancellationToken)
    {
        while (TryQueueBeforeAnswer(message) is var queued)
        {
            if (queued == true)
            {
                _session.Outbox.Flush();
                return;
            }

            if (queued is null || cancellationToken.IsCancellationRequested)
            {
                message.Release();
                throw new OperationCanceledException(_cancel.Token);
            }

            // Ends without room too when the call is answered meanwhile: that cancels the token.
            await _session.Outbox.WaitForRoomAsync(_cancel.Token).ConfigureAwait(false);
        }
    }

    // True when it was queued, false when there is no room, null when the call has been answered.
    private bool? TryQueueBeforeAnswer(Transport.OutboundMessage message)
    {
        lock (_lock)
            return _isAnswered ? null : _session.Outbox.TryQueue(message);
    }

    private async Task RunAsync()
    {
        _startedAt = _session.Engine.Time.GetTimestamp();
        ToolResult result;
        try
        {
            result = await _entry.Tool.InvokeAsync(_arguments.AsMemory(0, _argumentsLength), _context, _cancel.Token).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            result = ToolResult.Fail(_session.Engine.Faults.ToError(fault, _entry.Definition.Name, _cancel.IsCancellationRequested));
        }

        try
        {
            if (result.Error is { } error)
                End(error);
            else if (TryAnswer())
                await AnswerAsync(result).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The session ended while the answer waited for room.
        }
        finally
        {
            _session.Engine.Deadlines.Remove(this);
            _session.Calls.FreePlace();
            Discard();
        }
    }

    private async ValueTask AnswerAsync(ToolResult result)
    {
        Transport.OutboundMessage message;
        try
        {
            message = _session.Outbox.WriteResponse(
                _request.Dialect, RequestId, (Result: result, _context.Chunks), static (writer, state) => ResultWriter.Write(writer, state.Result, state.Chunks), Metrics());
        }
        catch (Exception fault) when (fault is not OutOfMemoryException)
        {
            Record(ErrorCodes.InternalError);
            _session.Outbox.SendError(_request.Dialect, RequestId, _session.Engine.Faults.ToError(fault, _entry.Definition.Name, cancelled: false));
            return;
        }

        Record(null);
        await _session.Outbox.SendAsync(message, _session.Ended).ConfigureAwait(false);
    }

    // Answers with an error, when nothing else has answered yet, and stops the tool.
    private bool End(ProtocolError error)
    {
        if (!TryAnswer())
            return false;
        Record(error.Code);
        _session.Outbox.SendError(_request.Dialect, RequestId, error);
        CancelTool();
        return true;
    }

    private bool TryAnswer()
    {
        lock (_lock)
        {
            if (_isAnswered)
                return false;
            _isAnswered = true;
        }

        _context.ForgetProgress();
        _session.Calls.FreeId(this);
        return true;
    }

    // Callbacks of the tool run on the pool: a blocking one must not hold the timer or the receive loop.
    private void CancelTool()
    {
        if (!_cancel.IsCancellationRequested)
            _ = _cancel.CancelAsync();
    }

    private void Record(ErrorCode? error)
    {
        _entry.Statistics.Record(_session.Engine.Time.GetElapsedTime(_receivedAt), error);
        _session.Engine.Traffic.CountRequest(error is not null);
    }

    private ResponseMetrics Metrics()
    {
        var now = _session.Engine.Time.GetTimestamp();
        return new ResponseMetrics(
            _session.Engine.Time.GetElapsedTime(_receivedAt, now).TotalMilliseconds,
            _session.Engine.Time.GetElapsedTime(_startedAt, now).TotalMilliseconds,
            _session.Engine.Time.GetElapsedTime(_receivedAt, _startedAt).TotalMilliseconds);
    }

    /// <summary>The call as its tool sees it.</summary>
    private sealed class Context(ToolCall call, CallStream? stream) : ToolContext
    {
        private string? _progressSlot;

        public override string RequestId => call.RequestId;

        public override IToolSession Session => call._session;

        public override string? TraceParent => call._request.Context?.TraceParent;

        public override ToolStream? Stream => stream;

        /// <summary>How many chunks were sent; null when the call does not stream.</summary>
        public int? Chunks => stream?.Count;

        public override void ReportProgress(double progress, double? total = null, string? message = null)
        {
            lock (call._lock)
            {
                if (call._isAnswered)
                    return;
                _progressSlot ??= "progress " + RequestId;
                var progressEvent = call._session.Outbox.WriteEvent("tool.progress", call._entry.Definition.Name, (RequestId, progress, total, message), WriteProgress);
                call._session.Outbox.QueueLatest(_progressSlot, progressEvent);
            }

            call._session.Outbox.Flush();
        }

        public void ForgetProgress()
        {
            if (_progressSlot is not null)
                call._session.Outbox.Forget(_progressSlot);
        }

        private static void WriteProgress(Utf8JsonWriter writer, (string RequestId, double Progress, double? Total, string? Message) state)
        {
            writer.WriteStartObject();
            writer.WriteString("request_id", state.RequestId);
            writer.WriteNumber("progress", state.Progress);
            if (state.Total is { } total)
                writer.WriteNumber("total", total);
            if (state.Message is not null)
                writer.WriteString("message", state.Message);
            writer.WriteEndObject();
        }
    }

    internal string ToolName => _entry.Definition.Name;
}
