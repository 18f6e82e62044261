using System.Diagnostics;
using Patchbay.Protocol.Errors;
using Patchbay.Tools.Models.Calls;

namespace Patchbay.Tools.Models.Telemetry;

/// <summary>The span of a call, by the OpenTelemetry conventions for generative AI. It holds no prompt and no answer.</summary>
internal static class CallSpan
{
    /// <summary>Begins it under what runs, else under the caller's trace; null when nobody listens.</summary>
    public static Activity? Start(ModelOperation operation, ToolContext context)
    {
        if (!ModelMetrics.Spans.HasListeners())
            return null;
        var parent = Activity.Current?.Context ?? (ActivityContext.TryParse(context.TraceParent, null, isRemote: true, out var caller) ? caller : default);
        var labels = operation.Labels;
        return ModelMetrics.Spans.StartActivity($"{labels.Operation} {labels.Model}", ActivityKind.Client, parent, labels.Tags());
    }

    /// <summary>Ends it with what is known.</summary>
    public static void End(Activity? span, ModelOperation operation, ProtocolError? error, TimeProvider time)
    {
        if (span is null)
            return;
        if (operation.Usage?.InputTokens is { } input)
            span.SetTag("gen_ai.usage.input_tokens", input);
        if (operation.Usage?.OutputTokens is { } output)
            span.SetTag("gen_ai.usage.output_tokens", output);
        if (operation.Times.FirstOutputAt is { } first)
            span.SetTag("gen_ai.response.time_to_first_chunk", time.GetElapsedTime(operation.Times.StartedAt, first).TotalSeconds);
        if (operation.RequestId is { } id)
            span.SetTag("gen_ai.response.id", id);
        if (error is null)
            return;
        span.SetTag("error.type", (string?)error.Details?["reason"] ?? error.Code.Name);
        span.SetStatus(ActivityStatusCode.Error);
    }
}
