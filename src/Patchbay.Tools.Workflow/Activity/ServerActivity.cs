using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Patchbay.Tools.Workflow.Model;
using Patchbay.Tools.Workflow.Storage;

namespace Patchbay.Tools.Workflow.Activity;

/// <summary>
/// Records what the server itself does as the workflow <see cref="WorkflowId"/>: a session is an execution, a tool call is a step. The methods never wait and never throw;
/// while the store is slower than the server, the newest reports are dropped and counted. Runs as a hosted service. Thread-safe.
/// </summary>
public sealed class ServerActivity : BackgroundService, ISessionObserver
{
    /// <summary>The name of the workflow.</summary>
    public const string WorkflowId = "patchbay.sessions";

    /// <summary>How many reports may wait for the store.</summary>
    private const int Capacity = 8_192;

    private const int LongestBatch = 1_000;

    // A busy server makes more calls than anybody reads: so many a second say all there is to say, and cost no more than 1 % of a core.
    private const int CallsPerSecond = 200;

    private readonly IWorkflowStore _store;
    private readonly TimeProvider _clock;
    private readonly ILogger<ServerActivity> _logger;
    private readonly bool _isEnabled;
    private readonly DateTimeOffset _began;
    private readonly Channel<WorkflowExecution> _reports;
    private long _dropped;
    private long _second;
    private int _callsInSecond;

    /// <summary>Makes a recorder that writes to a store; nothing is written when <see cref="WorkflowOptions.RecordOwnSessions"/> is false.</summary>
    public ServerActivity(IWorkflowStore store, IOptions<WorkflowOptions> options, TimeProvider clock, ILogger<ServerActivity> logger)
    {
        _store = store;
        _clock = clock;
        _logger = logger;
        _isEnabled = options.Value.RecordOwnSessions;
        _began = clock.GetUtcNow();
        // Never waits to write: TryWrite on a full queue is false, and the report is dropped and counted.
        _reports = Channel.CreateBounded<WorkflowExecution>(new BoundedChannelOptions(Capacity) { SingleReader = true });
    }

    /// <summary>Reports dropped because the queue was full or the store failed.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>Whether one more call is wanted in this second; a call that is not is counted as dropped.</summary>
    public bool WantsCall
    {
        get
        {
            if (!_isEnabled)
                return false;
            var second = _clock.GetTimestamp() / _clock.TimestampFrequency;
            if (Interlocked.Exchange(ref _second, second) != second)
                Volatile.Write(ref _callsInSecond, 0);
            if (Interlocked.Increment(ref _callsInSecond) <= CallsPerSecond)
                return true;
            Interlocked.Increment(ref _dropped);
            return false;
        }
    }

    /// <summary>A session began.</summary>
    /// <param name="sessionId">The id, <c>ses-…</c>.</param>
    /// <param name="startedAt">When.</param>
    /// <param name="client">Name and version of the client, where it told them.</param>
    public void SessionStarted(string sessionId, DateTimeOffset startedAt, string? client = null) =>
        Report(Header(sessionId, startedAt, ExecutionStatus.Running, null) with { Version = client }, null);

    /// <summary>A session ended for good.</summary>
    /// <param name="sessionId">The id.</param>
    /// <param name="startedAt">When it began.</param>
    /// <param name="endedAt">When it ended.</param>
    /// <param name="isClean">Whether it was closed as intended; false for a fault, a penalty, or a connection that was lost.</param>
    public void SessionEnded(string sessionId, DateTimeOffset startedAt, DateTimeOffset endedAt, bool isClean) =>
        Report(Header(sessionId, startedAt, isClean ? ExecutionStatus.Succeeded : ExecutionStatus.Failed, endedAt), null);

    /// <summary>A tool call ended.</summary>
    /// <param name="sessionId">The session.</param>
    /// <param name="sessionStartedAt">When the session began.</param>
    /// <param name="call">The call.</param>
    public void CallEnded(string sessionId, DateTimeOffset sessionStartedAt, ServerCall call)
    {
        var status = call.ErrorCode switch
        {
            null => StepStatus.Succeeded,
            "REQUEST_CANCELLED" => StepStatus.Cancelled,
            "TOOL_TIMEOUT" => StepStatus.TimedOut,
            _ => StepStatus.Failed,
        };
        Report(
            Header(sessionId, sessionStartedAt, ExecutionStatus.Running, null),
            new WorkflowStep
            {
                StepId = call.RequestId,
                Name = call.Tool,
                Status = status,
                ScheduledAt = UnixTime.From(call.ReceivedAt),
                StartedAt = UnixTime.From(call.StartedAt),
                EndedAt = UnixTime.From(call.EndedAt),
                ErrorType = call.ErrorCode,
            });
    }

    /// <summary>Stops, and writes what still waits.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        _reports.Writer.TryComplete();
        while (_reports.Reader.TryPeek(out _))
            await FlushAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <inheritdoc />
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_isEnabled)
            await EndFormerAsync(CancellationToken.None).ConfigureAwait(false);
        while (await _reports.Reader.WaitToReadAsync(stoppingToken).ConfigureAwait(false))
        {
            // A batch that was begun is finished: what was taken out of the queue would be lost.
            await FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// A process that was killed could not say that its sessions ended: they did when they were last heard of. One that is resumed after all ends later, and the join takes the later end.
    /// </summary>
    private async Task EndFormerAsync(CancellationToken cancellationToken)
    {
        List<WorkflowExecution> ended = [];
        var began = UnixTime.From(_began);
        try
        {
            await _store.ReadAsync(
                WorkflowId,
                new ExecutionQuery(began, began),
                former =>
                {
                    if (former.Header is { EndedAt: null } header && header.StartedAt < began)
                        ended.Add(Session(header with { Status = ExecutionStatus.Failed, EndedAt = Math.Max(header.StartedAt, Math.Min(former.ReceivedAt, began)) }));
                },
                cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is System.Data.Common.DbException)
        {
            _logger.FormerUnknown(exception);
        }

        foreach (var batch in ended.Chunk(LongestBatch))
            await RecordAsync(batch, cancellationToken).ConfigureAwait(false);
    }

    private Task FlushAsync(CancellationToken cancellationToken)
    {
        List<WorkflowExecution> batch = [];
        while (batch.Count < LongestBatch && _reports.Reader.TryRead(out var report))
            batch.Add(report);
        return RecordAsync(batch, cancellationToken);
    }

    private async Task RecordAsync(IReadOnlyList<WorkflowExecution> batch, CancellationToken cancellationToken)
    {
        try
        {
            await _store.RecordAsync(batch, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is System.Data.Common.DbException)
        {
            Interlocked.Add(ref _dropped, batch.Count);
            _logger.ReportsLost(batch.Count, exception);
        }
    }

    private void Report(ExecutionHeader header, WorkflowStep? step)
    {
        if (!_isEnabled)
            return;
        var report = Session(header) with { Steps = step is null ? [] : [step] };
        if (!_reports.Writer.TryWrite(report) && Interlocked.Increment(ref _dropped) % Capacity == 1)
            _logger.QueueFull(Dropped, _clock.GetUtcNow());
    }

    private static WorkflowExecution Session(ExecutionHeader header) => new() { Key = WorkflowExecution.KeyOf(WorkflowId, header.ExecutionId), Header = header };

    private static ExecutionHeader Header(string sessionId, DateTimeOffset startedAt, ExecutionStatus status, DateTimeOffset? endedAt) => new()
    {
        WorkflowId = WorkflowId,
        ExecutionId = sessionId,
        Status = status,
        StartedAt = UnixTime.From(startedAt),
        EndedAt = endedAt is { } end ? UnixTime.From(end) : null,
    };
}
