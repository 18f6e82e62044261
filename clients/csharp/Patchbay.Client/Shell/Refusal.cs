namespace Patchbay.Client.Shell;

/// <summary>No WebSocket came of it.</summary>
/// <param name="Status">The HTTP status, or null when no answer came.</param>
/// <param name="RetryAfter">Seconds, from <c>Retry-After</c>.</param>
/// <param name="Text">What is wrong.</param>
/// <param name="Code">The error code the body named, if the table has it.</param>
internal sealed record Refusal(int? Status, double? RetryAfter, string Text, string? Code = null);
