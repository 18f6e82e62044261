using Patchbay.Client.Errors;
using Patchbay.Protocol.Errors;

namespace Patchbay.Client.Core;

/// <summary>When time is up, and when connections and sessions end.</summary>
internal sealed partial class RequestTable
{
    /// <summary>Deals with the request that is due first, when its time has come; one sweep over all looks for it.</summary>
    /// <param name="until">Those due later are left alone.</param>
    /// <param name="now">The time.</param>
    /// <returns>False when none is due.</returns>
    public bool PopDue(double until, double now)
    {
        if (Next > until)
            return false;
        Request? first = null;
        foreach (var request in _open.Values)
        {
            if (first is null || request.Due < first.Due || (request.Due == first.Due && request.Handle < first.Handle))
                first = request;
        }

        Wire.SweepAt = first!.Due;
        if (first.Due > until)
            return false;
        if (first.Phase == Phase.Waiting)
            Wire.Enqueue(first, now);
        else
            Expire(first, now);
        return true;
    }

    public void ConnectionLost(bool sessionKept, double now)
    {
        Wire.Ready = false;
        foreach (var request in InOrder(Phase.Sent))
        {
            if (request.Done is not null && IsOfSession(request))
                End(request, now, null);
        }

        if (!sessionKept)
            SessionGone(now);
    }

    /// <summary>What was on the wire may or may not have run, and no answer will come (section 3 of the design page).</summary>
    public void SessionGone(double now)
    {
        // What our own cancels name is gone. The user's are requests like any other.
        foreach (var request in _open.Values.Where(request => request is { Done: not null, Method: "requests/cancel" }).ToArray())
            End(request, now, null);
        foreach (var request in InOrder(Phase.Sent))
        {
            var lost = McpErrors.Make(ErrorCodes.ConnectionLost, "The connection was lost before the answer came.", Facts(request), request.IdText);
            switch (request.Chunks > 0 ? false : _policy.Repeatable(request))
            {
                case null:
                    Learn(request, lost, now);
                    break;
                case true:
                    Wire.Off(request, forgetId: true);
                    Wire.Enqueue(request, now);
                    break;
                default:
                    Fail(request, lost, now);
                    break;
            }
        }
    }

    /// <summary>The session is back and what was missed has arrived: what the server does not know never reached it.</summary>
    public void Replayed(HashSet<string> inFlight, double now)
    {
        foreach (var request in InOrder(Phase.Sent))
        {
            if (inFlight.Contains(request.IdText!))
                continue;
            // Execute-once makes a copy harmless.
            Wire.Off(request, forgetId: false);
            Wire.Enqueue(request, now);
        }
    }

    /// <summary>The connection is closed for good.</summary>
    public void FailAll(McpException error, double now)
    {
        Wire.Ready = false;
        _isLearning = false;
        foreach (var request in _open.Values.OrderBy(request => request.Handle).ToArray())
        {
            if (request.Done is not null)
                End(request, now, null);
            else
                Fail(request, McpErrors.Again(error, request.IdText, request.Outcome), now);
        }
    }

    // The client's own clock says that an attempt took too long.
    private void Expire(Request request, double now)
    {
        if (request.Error is { } error)
        {
            Fail(request, error, now);
        }
        else if (!Wire.Ready)
        {
            CancelOnServer(request, now);
            Fail(request, McpErrors.Make(ErrorCodes.ConnectionLost, "No connection within the timeout.", Facts(request)), now);
        }
        else if (request.Phase == Phase.Sent)
        {
            CancelOnServer(request, now);
            Fail(request, McpErrors.Make(ErrorCodes.ToolTimeout, $"No answer within {request.Timeout:0.###} s.", Facts(request)), now);
        }
        else
        {
            // Held back by the gate or by the places in flight, which is no fault of the server: more patience.
            var until = request.QueuedAt + request.Patience + _options.RetryMaxWait.TotalSeconds;
            if (now < until)
            {
                Wire.SetDue(request, until);
                return;
            }

            var code = Wire.Gate.OpensAt(now) > now ? ErrorCodes.RateLimitExceeded : ErrorCodes.ServerOverloaded;
            Fail(request, McpErrors.Make(code, "Held back by the client for too long.", Facts(request)), now);
        }
    }
}
