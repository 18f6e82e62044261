namespace Patchbay.Tools;

/// <summary>One call, seen from inside the tool.</summary>
public abstract class ToolContext
{
    /// <summary>The id of the request, unique within its session.</summary>
    public abstract string RequestId { get; }

    /// <summary>The session the call belongs to. It outlives the call.</summary>
    public abstract IToolSession Session { get; }

    /// <summary>W3C trace context of the caller (<c>context.traceparent</c>), or null.</summary>
    public abstract string? TraceParent { get; }

    /// <summary>Where chunks go, when the client asked for <c>"stream": true</c> and the tool declares <see cref="ToolDefinition.CanStream"/>; else null.</summary>
    public abstract ToolStream? Stream { get; }

    /// <summary>Tells the client how far the call is. Never waits: a newer report replaces one that is still unsent.</summary>
    /// <param name="progress">How much is done, rising.</param>
    /// <param name="total">How much there is, or null when unknown.</param>
    /// <param name="message">A line for people, or null.</param>
    public abstract void ReportProgress(double progress, double? total = null, string? message = null);
}
