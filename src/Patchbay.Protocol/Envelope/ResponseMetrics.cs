namespace Patchbay.Protocol.Envelope;

/// <summary>The <c>metrics</c> of an envelope response, in milliseconds.</summary>
/// <param name="DurationMs">From receipt to send.</param>
/// <param name="ExecutionMs">Inside the tool or method.</param>
/// <param name="QueueMs">Waiting to be started.</param>
public readonly record struct ResponseMetrics(double DurationMs, double ExecutionMs, double QueueMs);
