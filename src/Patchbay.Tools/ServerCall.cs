namespace Patchbay.Tools;

/// <summary>A tool call the server has answered.</summary>
/// <param name="RequestId">The id of the request, unique within its session.</param>
/// <param name="Tool">The name of the tool.</param>
/// <param name="ReceivedAt">When the request was received.</param>
/// <param name="StartedAt">When the tool began; the time since <paramref name="ReceivedAt"/> is waiting.</param>
/// <param name="EndedAt">When the tool ended.</param>
/// <param name="ErrorCode">The error code of the answer, or null for a result.</param>
public sealed record ServerCall(string RequestId, string Tool, DateTimeOffset ReceivedAt, DateTimeOffset StartedAt, DateTimeOffset EndedAt, string? ErrorCode);
