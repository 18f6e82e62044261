using System.Text.Json;
using System.Text.Json.Nodes;
using Patchbay.Client.Errors;
using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Errors;

namespace Patchbay.Client.Core;

/// <summary>The open requests: answers, retries, time. What becomes of them when a connection or session ends stands in the other part.</summary>
/// <remarks>Every handle ends with exactly one Resolve or Fail, or one call of its <see cref="Request.Done"/> when the core itself asked.</remarks>
internal sealed partial class RequestTable
{
    private readonly McpClientOptions _options;
    private readonly Outbox _outbox;
    private readonly Meter _meter;
    private readonly LocalDiagnostics _local;
    private readonly RetryPolicy _policy;
    private readonly Dictionary<long, Request> _open = [];
    private long _handles;
    private int _own;
    private bool _isLearning;

    public RequestTable(McpClientOptions options, Outbox outbox, Timers timers, Meter meter, LocalDiagnostics local, Func<double> random)
    {
        _options = options;
        _outbox = outbox;
        _meter = meter;
        _local = local;
        Wire = new Wire(options, outbox, timers, local);
        _policy = new RetryPolicy(options, Catalog, random);
    }

    public Wire Wire { get; }

    public Catalog Catalog { get; } = new();

    /// <summary>Told of each request of the user that was answered well.</summary>
    public Action<Request> AnsweredWell { get; set; } = static _ => { };

    /// <summary>The requests of the user without an outcome.</summary>
    public int Count => _open.Count - _own;

    /// <summary>When <see cref="PopDue"/> has to look again.</summary>
    public double Next => _open.Count == 0 ? double.PositiveInfinity : Wire.SweepAt;

    /// <summary>Takes a request; it leaves with the next <see cref="Leave"/>.</summary>
    public long Add(Request request, double now)
    {
        Open(request);
        if (request.Done is null && _open.Count > _options.MaxPending)
        {
            var details = new JsonObject { ["source"] = "client", ["max_pending"] = _options.MaxPending };
            Fail(request, McpErrors.Make(ErrorCodes.ServerOverloaded, "Too many open requests.", details), now);
        }
        else
        {
            Wire.Enqueue(request, now);
        }

        return request.Handle;
    }

    /// <summary><c>session/hello</c> or <c>session/resume</c>: cannot wait in the queue, and is lost with its connection.</summary>
    public void SendNow(Request request, double now)
    {
        Open(request);
        Wire.SendNow(request, now);
    }

    /// <summary>Sends what may leave.</summary>
    public void Leave(double now)
    {
        while (Wire.Leave(now) is { } refused)
            Fail(refused.Request, refused.Error, now);
    }

    /// <summary>The caller has gone.</summary>
    public void Cancel(long handle, double now)
    {
        if (!_open.TryGetValue(handle, out var request))
            return;
        CancelOnServer(request, now);
        Fail(request, McpErrors.Make(ErrorCodes.RequestCancelled, "Cancelled by the caller.", Facts(request)), now);
    }

    // --- answers

    public void Answered(long id, ReadOnlySpan<byte> result, double now)
    {
        // Given up meanwhile, or a stored answer that came twice.
        if (Wire.Find(id) is not { } request)
            return;
        var value = JsonElement.Parse(result);
        if (request.Chunks > 0 && Json.Count(value, "chunks") != request.Chunks)
        {
            var details = new JsonObject { ["outcome"] = "unknown", ["expected"] = Json.Count(value, "chunks"), ["arrived"] = request.Chunks };
            Fail(request, McpErrors.Make(ErrorCodes.ConnectionLost, "Chunks of the stream are missing.", details), now);
            return;
        }

        if (request.Method == "tools/list" && Catalog.Learn(value) is null && !request.HasParams)
            Catalog.Complete = true;
        _policy.Succeeded();
        if (request.Done is null)
            AnsweredWell(request);
        End(request, now, null);
        if (request.Done is { } done)
            done(value, null, now);
        else
            _outbox.Emit(new Output(OutputKind.Resolve, request.Handle, Json: value));
    }

    /// <summary>An error from the server; <paramref name="id"/> is 0 when it names no request of ours.</summary>
    public void Refused(long id, McpException error, double now)
    {
        _meter.Refused(error);
        if (error.Code == ErrorCodes.RateLimitExceeded.Name)
            Wire.Gate.Refused(now, error.RetryAfterSeconds ?? 0);
        if (Wire.Find(id) is not { } request)
            return;
        if (request.Done is not null && IsOfSession(request))
            Fail(request, error, now);
        else
            RetryOrFail(request, error, now);
    }

    public void Chunk(long id, long index, ReadOnlySpan<byte> chunk, double now)
    {
        if (Wire.Find(id) is not { } request || index < request.Chunks)
            return;
        if (index > request.Chunks)
        {
            CancelOnServer(request, now);
            var details = new JsonObject { ["expected"] = request.Chunks, ["index"] = index };
            Fail(request, McpErrors.Make(ErrorCodes.InvalidMessageFormat, "A chunk of the stream is missing.", details), now);
            return;
        }

        request.Chunks++;
        Wire.SetDue(request, now + request.Patience);
        _outbox.Emit(new Output(OutputKind.Chunk, request.Handle, Json: JsonElement.Parse(chunk)));
    }

    public void Progress(long id, McpProgress progress)
    {
        if (Wire.Find(id) is { Done: null } request)
            _outbox.Emit(new Output(OutputKind.Progress, request.Handle, progress));
    }

    // --- retries

    private void RetryOrFail(Request request, McpException error, double now)
    {
        if (_policy.Wants(request, error) is not { } wants)
        {
            Learn(request, error, now);
            return;
        }

        if ((wants ? _policy.Delay(request, error) : null) is not { } delay)
        {
            Fail(request, error, now);
            return;
        }

        request.Retries++;
        Wire.Off(request, forgetId: true);
        request.Phase = Phase.Waiting;
        Wire.SetDue(request, now + delay);
    }

    // Asks for the tool list, which says whether `request` may be repeated after `error`.
    private void Learn(Request request, McpException error, double now)
    {
        Wire.Off(request, forgetId: true);
        request.Phase = Phase.Learning;
        request.Error = error;
        if (_isLearning)
            return;
        _isLearning = true;
        Add(Request.Own(_options, "tools/list", null, Learned), now);
    }

    private void Learned(JsonElement result, McpException? error, double now)
    {
        if (error is null && Json.Text(result, "next_cursor") is { } cursor)
        {
            Add(Request.Own(_options, "tools/list", writer => WriteOne(writer, "cursor", cursor), Learned), now);
            return;
        }

        _isLearning = false;
        Catalog.Complete |= error is null;
        foreach (var request in InOrder(Phase.Learning))
        {
            if (_policy.Repeatable(request) != true)
                Fail(request, request.Error!, now);
            else if (request.Error!.Code == ErrorCodes.ConnectionLost.Name)
                Wire.Enqueue(request, now);
            else
                RetryOrFail(request, request.Error, now);
        }
    }

    // --- bookkeeping

    private void Open(Request request)
    {
        request.Handle = ++_handles;
        _open[request.Handle] = request;
        if (request.Done is not null)
            _own++;
    }

    // Leaves as soon as it may: now, or when the session is back. The answer says nothing the caller could still use.
    private void CancelOnServer(Request request, double now)
    {
        if (request is { IsCall: true, Phase: Phase.Sent, IdText: { } id })
            Add(Request.Own(_options, "requests/cancel", writer => WriteOne(writer, "request_id", id), static (_, _, _) => { }), now);
    }

    private void End(Request request, double now, McpException? error)
    {
        Wire.Off(request, forgetId: false);
        request.Phase = Phase.Ended;
        _open.Remove(request.Handle);
        request.Release();
        if (request.Done is not null)
        {
            _own--;
            return;
        }

        var latency = (now - request.SentAt) * 1000;
        _meter.RequestEnded(now, request.Tool, latency, error);
        if (latency > _options.SlowCall.TotalMilliseconds && request.Chunks == 0)
        {
            var name = request.Tool ?? request.Method;
            _local.Say(DiagnosticLevel.Warning, "slow", $"{name} took {latency / 1000:0.0} s.", new JsonObject { ["name"] = name, ["latency_ms"] = latency });
        }
    }

    private void Fail(Request request, McpException error, double now)
    {
        End(request, now, error);
        if (request.Done is { } done)
            done(default, error, now);
        else
            _outbox.Emit(new Output(OutputKind.Fail, request.Handle, error));
    }

    private Request[] InOrder(Phase phase) => [.. _open.Values.Where(request => request.Phase == phase).OrderBy(request => request.Handle)];

    private static bool IsOfSession(Request request) => request.Method.StartsWith("session/", StringComparison.Ordinal);

    private static JsonObject Facts(Request request) => new() { ["source"] = "client", ["outcome"] = request.Outcome };

    private static void WriteOne(Utf8JsonWriter writer, string name, string value)
    {
        writer.WriteStartObject();
        writer.WriteString(name, value);
        writer.WriteEndObject();
    }
}
