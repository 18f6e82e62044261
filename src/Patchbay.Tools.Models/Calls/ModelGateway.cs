using System.Globalization;
using System.Text.Json.Nodes;
using System.Threading.RateLimiting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Errors;
using Patchbay.Tools.Models.Catalog;
using Patchbay.Tools.Models.Options;
using Patchbay.Tools.Models.Telemetry;
using Patchbay.Tools.Models.Upstreams;

namespace Patchbay.Tools.Models.Calls;

/// <summary>The way of every call to an upstream: budget, a place, the breaker, the request with its time-outs, and what is told of its end.</summary>
internal sealed class ModelGateway(IOptions<ModelsOptions> options, TokenBudget budget, ModelMetrics metrics, TimeProvider time, ILogger<ModelGateway> logger, IEnumerable<IDiagnosticChannel> channels)
{
    private const string Component = "models";

    private readonly IDiagnosticChannel? _channel = channels.FirstOrDefault();

    // Of an answer that broke off, the error holds so much; with streaming the client has all of it anyway.
    private const int PartialChars = 8_192;

    /// <summary>Runs a call to its end.</summary>
    /// <returns>Null when it succeeded, else the error to answer with.</returns>
    /// <exception cref="OperationCanceledException">The caller cancelled; the upstream's request has been ended.</exception>
    public async ValueTask<ProtocolError?> RunAsync(ModelOperation operation, ToolContext context, CancellationToken cancellationToken)
    {
        if (operation.Body.Length > options.Value.MaxPromptBytes)
            return ProtocolError.Params("", string.Create(CultureInfo.InvariantCulture, $"The request has {operation.Body.Length} bytes; at most {options.Value.MaxPromptBytes} are sent (Patchbay:Models:MaxPromptBytes)."));
        if (budget.Refusal(context.Session.KeyId) is { } spent)
            return spent;

        var queuedAt = time.GetTimestamp();
        using var place = await TakePlaceAsync(operation.Model, cancellationToken).ConfigureAwait(false);
        operation.Times.Queued = time.GetElapsedTime(queuedAt);
        if (place is not { IsAcquired: true })
            return NoPlace(operation.Model, place is null ? "queue_timeout" : "queue_full");
        metrics.Waited(operation.Labels, operation.Times.Queued);

        var upstream = operation.Model.Upstream;
        using var pass = upstream.Breaker.TryEnter(out var retryAfter);
        if (pass is null)
            return BreakerIsOpen(upstream, retryAfter);
        using var span = CallSpan.Start(operation, context);
        var error = await SendAsync(operation, pass, cancellationToken).ConfigureAwait(false);
        CallSpan.End(span, operation, error, time);
        if (operation.Usage is { } usage)
            budget.Spend(context.Session.KeyId, (usage.InputTokens ?? 0) + (usage.OutputTokens ?? 0));
        return error;
    }

    private async ValueTask<ProtocolError?> SendAsync(ModelOperation operation, BreakerPass pass, CancellationToken cancellationToken)
    {
        var upstream = operation.Model.Upstream;
        using var clock = new PhaseClock(PhaseTimes.Of(upstream.Options), time, cancellationToken);
        operation.Times.StartedAt = time.GetTimestamp();
        UpstreamFault? fault = null;
        try
        {
            using var reply = await upstream.SendAsync(operation.Path, operation.Body, upstream.Options.MaxRetries, clock, () => operation.Times.Attempts++).ConfigureAwait(false);
            await operation.ReadAsync(reply, clock).ConfigureAwait(false);
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested && UpstreamFaults.Of(exception, clock) is { } known)
        {
            fault = operation.IsCompleteDespite(known) ? null : known;
        }
        catch (Exception)
        {
            operation.Times.EndedAt = time.GetTimestamp();
            metrics.Ended(operation.Labels, Took(operation), cancellationToken.IsCancellationRequested ? "cancelled" : "internal", operation.Usage);
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }

        operation.Times.EndedAt = time.GetTimestamp();
        metrics.Ended(operation.Labels, Took(operation), fault?.Reason, operation.Usage);
        if (operation.Times.FirstOutputAt is { } first)
            metrics.FirstChunk(operation.Labels, time.GetElapsedTime(operation.Times.StartedAt, first));
        Note(operation, pass, fault);
        return fault is null ? null : ErrorOf(operation, fault);
    }

    private void Note(ModelOperation operation, BreakerPass pass, UpstreamFault? fault)
    {
        var upstream = operation.Model.Upstream;
        var before = upstream.Breaker.State;
        if (fault is { IsBreakdown: true })
            pass.Failed();
        else
            pass.Succeeded();
        if (fault is not null)
            ModelsLog.CallFailed(logger, upstream.Name, operation.Model.Id, fault.Reason);
        else if (operation.Warning is { } warning)
            ModelsLog.AnswerWarning(logger, upstream.Name, operation.Model.Id, warning);
        var after = upstream.Breaker.State;
        if (after == BreakerState.Open && before != BreakerState.Open)
        {
            ModelsLog.BreakerOpened(logger, upstream.Name, upstream.Breaker.FailuresInRow, upstream.Options.BreakerPauseMs);
            _channel?.Tell(DiagnosticLevel.Error, Component, $"The model server {upstream.Name} is in trouble: calls of it are refused for a while.", new JsonObject
            {
                ["upstream"] = upstream.Name,
                ["reason"] = fault!.Reason,
                ["failures"] = upstream.Breaker.FailuresInRow,
                ["pause_ms"] = upstream.Options.BreakerPauseMs,
            });
        }
        else if (after == BreakerState.Closed && before != BreakerState.Closed)
        {
            ModelsLog.BreakerClosed(logger, upstream.Name);
            _channel?.Tell(DiagnosticLevel.Info, Component, $"The model server {upstream.Name} answers again.", new JsonObject { ["upstream"] = upstream.Name });
        }
    }

    // Null when the time for waiting was over.
    private async ValueTask<RateLimitLease?> TakePlaceAsync(ModelEntry model, CancellationToken cancellationToken)
    {
        var place = model.Places.AttemptAcquire();
        if (place.IsAcquired || model.Upstream.Options.MaxWaiting == 0)
            return place;
        using var patience = new CancellationTokenSource(TimeSpan.FromMilliseconds(model.Upstream.Options.MaxWaitMs), time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            return await model.Places.AcquireAsync(1, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static ProtocolError NoPlace(ModelEntry model, string reason)
    {
        var options = model.Upstream.Options;
        var why = reason == "queue_full" ? $"{options.MaxWaiting} calls wait for it already" : $"no place became free within {options.MaxWaitMs} ms";
        return new ProtocolError(ErrorCodes.ServerOverloaded, $"The model '{model.Id}' of '{model.Upstream.Name}' is busy: {why}.", new JsonObject { ["reason"] = reason, ["upstream"] = model.Upstream.Name });
    }

    private static ProtocolError BreakerIsOpen(Upstream upstream, TimeSpan retryAfter) => new(
        ErrorCodes.ServerOverloaded,
        $"The model server '{upstream.Name}' has failed {upstream.Breaker.FailuresInRow} times in a row and is not asked for now.",
        new JsonObject { ["reason"] = "circuit_open", ["upstream"] = upstream.Name, ["retry_after_ms"] = (long)Math.Ceiling(retryAfter.TotalMilliseconds) });

    private static ProtocolError ErrorOf(ModelOperation operation, UpstreamFault fault)
    {
        var error = fault.ToError(operation.Model.Upstream.Name, operation.Times.Attempts);
        if (operation.PartialText is { Length: > 0 } partial)
        {
            var end = Math.Min(partial.Length, PartialChars);
            if (end < partial.Length && char.IsHighSurrogate(partial[end - 1]))
                end--;
            error.Details!["partial_text"] = partial[..end];
            error.Details["partial_chars"] = partial.Length;
        }

        return error;
    }

    private TimeSpan Took(ModelOperation operation) => time.GetElapsedTime(operation.Times.StartedAt, operation.Times.EndedAt);
}
