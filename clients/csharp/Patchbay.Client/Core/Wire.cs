using System.Text.Json.Nodes;
using Patchbay.Client.Errors;
using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Errors;

namespace Patchbay.Client.Core;

/// <summary>Requests on their way out: the queue, what may leave when, message ids, and who waits for an answer.</summary>
/// <remarks>Requests leave in the order of their handles; calls wait for a place in flight, and all for the rate gate.</remarks>
internal sealed class Wire(McpClientOptions options, Outbox outbox, Timers timers, LocalDiagnostics local)
{
    // What the option `Batching` gathers; explicit batches count from 1.
    private const int GatheredGroup = 0;

    private readonly Dictionary<long, Request> _byId = [];
    private readonly PriorityQueue<Request, long> _others = new();
    private readonly PriorityQueue<Request, long> _calls = new();
    private long _ids;
    private int _callsOut;

    /// <summary>Whether a connection is there that takes requests.</summary>
    public bool Ready { get; set; }

    /// <summary>The server refuses every request until it is back: they are kept for the next connection.</summary>
    public bool Draining { get; set; }

    public RateGate Gate { get; } = new(options.Retry);

    /// <summary>The earliest time a request may be due. Never too late; too early when the one it stands for has ended.</summary>
    public double SweepAt { get; set; } = double.PositiveInfinity;

    /// <summary>The request that waits for an answer under this number.</summary>
    public Request? Find(long id) => _byId.GetValueOrDefault(id);

    public void Enqueue(Request request, double now)
    {
        request.Phase = Phase.Queued;
        request.Error = null;
        request.QueuedAt = now;
        SetDue(request, now + request.Patience);
        (request.IsCall ? _calls : _others).Enqueue(request, request.Handle);
    }

    /// <summary>Sets when a request is looked at again.</summary>
    public void SetDue(Request request, double due)
    {
        request.Due = due;
        SweepAt = Math.Min(SweepAt, due);
    }

    /// <summary>Sends what may leave; stops at a request that can never leave and returns it with the reason.</summary>
    public (Request Request, McpException Error)? Leave(double now)
    {
        while (Ready && !(Draining && options.Retry))
        {
            if (Next() is not { } request)
                return null;
            var opens = Gate.OpensAt(now);
            if (opens > now)
            {
                timers.Set(TimerKey.Gate, opens);
                return null;
            }

            (request.IsCall ? _calls : _others).Dequeue();
            if (SendQueued(request, now) is { } error)
                return (request, error);
        }

        return null;
    }

    /// <summary>One that cannot wait in the queue: <c>session/hello</c>, <c>session/resume</c>.</summary>
    public void SendNow(Request request, double now) => Put(request, now, Outbox.Alone, ack: false);

    /// <summary>It waits for no answer any more. Keeping the id makes what is sent later a copy, not a new request.</summary>
    public void Off(Request request, bool forgetId)
    {
        if (request.Phase == Phase.Sent && _byId.Remove(request.Id) && request.IsCall)
            _callsOut--;
        if (forgetId)
            request.Id = 0;
    }

    private Request? Next()
    {
        var other = Head(_others);
        if (options.Retry && _callsOut >= outbox.Limits.MaxInFlight)
            return other;
        var call = Head(_calls);
        return other is null || call?.Handle < other.Handle ? call : other;
    }

    private static Request? Head(PriorityQueue<Request, long> queue)
    {
        while (queue.TryPeek(out var request, out _))
        {
            if (request.Phase == Phase.Queued)
                return request;
            // It ended while it waited.
            queue.Dequeue();
        }

        return null;
    }

    private McpException? SendQueued(Request request, double now)
    {
        GiveId(request);
        var limit = outbox.Limits.MaxMessageBytes;
        var size = outbox.SizeOfRequest(request.Id, request.Fields.Length);
        if (size > limit)
        {
            // The server would close the connection.
            var details = new JsonObject { ["source"] = "client", ["limit"] = limit, ["size"] = size };
            return McpErrors.Make(ErrorCodes.MessageTooLarge, $"The request is over {limit} bytes.", details);
        }

        Put(request, now, options.Batching && request.Group == Outbox.Alone ? GatheredGroup : request.Group, ack: true);
        return null;
    }

    private void GiveId(Request request)
    {
        if (request.Id == 0)
            request.Id = ++_ids;
    }

    private void Put(Request request, double now, int group, bool ack)
    {
        GiveId(request);
        _byId[request.Id] = request;
        if (request.IsCall)
            _callsOut++;
        request.Phase = Phase.Sent;
        request.SentAt = now;
        SetDue(request, now + request.Patience);
        outbox.SendRequest(request.Id, request.Fields, now, group, ack);
        // A resume is not counted (protocol section 6).
        if (request.Method != "session/resume" && Gate.Sent(now))
        {
            var limit = outbox.Limits.MessagesPerMinute;
            local.Say(DiagnosticLevel.Warning, "limit_near", $"80 % of {limit} messages a minute are used.", new JsonObject { ["limit"] = limit });
        }
    }
}
