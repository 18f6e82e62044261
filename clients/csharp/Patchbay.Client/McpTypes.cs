using System.Text.Json;
using System.Text.Json.Nodes;
using Patchbay.Protocol.Envelope;

namespace Patchbay.Client;

/// <summary>What <see cref="McpClient.State"/> can be.</summary>
public enum McpConnectionState
{
    /// <summary>Not connected and not trying; also before the first connect.</summary>
    Closed,

    /// <summary>The first attempt runs.</summary>
    Connecting,

    /// <summary>Requests leave at once.</summary>
    Connected,

    /// <summary>The connection was lost and comes back by itself.</summary>
    Reconnecting,
}

/// <summary>A diagnostic message, from the server or (component <c>client</c>) from this client.</summary>
/// <param name="Level">How grave it is.</param>
/// <param name="Component">What it is about.</param>
/// <param name="Message">A line for people.</param>
/// <param name="Details">Further facts; of a local one <c>kind</c> says which it is.</param>
/// <param name="Metrics">Figures; empty when there are none.</param>
public sealed record McpDiagnostic(DiagnosticLevel Level, string Component, string Message, JsonObject Details, JsonObject Metrics);

/// <summary>An event the server sent.</summary>
/// <param name="EventType">For example <c>status_update</c>.</param>
/// <param name="Data">A JSON object.</param>
/// <param name="Source">Where it comes from, or null.</param>
public sealed record McpEvent(string EventType, JsonElement Data, string? Source);

/// <summary>How far a call is.</summary>
/// <param name="Progress">What is done, in the tool's own unit.</param>
/// <param name="Total">What there is to do, or null when the tool does not say.</param>
/// <param name="Message">A line for people, or null.</param>
public sealed record McpProgress(double Progress, double? Total, string? Message);

/// <summary>What the server told in its welcome; a limit it did not tell has the protocol's default.</summary>
public sealed record McpLimits
{
    /// <summary>Messages of one key in any 60 seconds.</summary>
    /// <value>The default is 100.</value>
    public int MessagesPerMinute { get; init; } = 100;

    /// <summary>Bytes of one message to the server.</summary>
    /// <value>The default is 262,144.</value>
    public int MaxMessageBytes { get; init; } = 262_144;

    /// <summary>Messages in one batch.</summary>
    /// <value>The default is 64.</value>
    public int MaxBatch { get; init; } = 64;

    /// <summary>Tool calls at the same time on one connection.</summary>
    /// <value>The default is 64.</value>
    public int MaxInFlight { get; init; } = 64;
}

/// <summary>Who the server is, from its welcome.</summary>
/// <param name="Name">Its name, or empty.</param>
/// <param name="Version">Its version, or empty.</param>
/// <param name="Capabilities">What it can do, for example <c>resume</c>.</param>
public sealed record McpServerInfo(string Name, string Version, IReadOnlyList<string> Capabilities)
{
    internal static McpServerInfo Unknown { get; } = new("", "", []);
}

/// <summary>What a client may assume of a tool.</summary>
/// <param name="ReadOnly">It changes nothing.</param>
/// <param name="Idempotent">Running it twice is as running it once.</param>
/// <param name="Destructive">It may destroy something.</param>
/// <param name="LongRunning">It may take long.</param>
public sealed record McpToolAnnotations(bool ReadOnly, bool Idempotent, bool Destructive, bool LongRunning);

/// <summary>A tool as the server lists it.</summary>
/// <param name="Name">Its name, for example <c>system/performance</c>.</param>
/// <param name="Title">Its name for people.</param>
/// <param name="Description">What it does.</param>
/// <param name="InputSchema">JSON Schema 2020-12 of its arguments.</param>
/// <param name="OutputSchema">JSON Schema 2020-12 of its result, or null.</param>
/// <param name="Annotations">What a client may assume.</param>
public sealed record McpTool(string Name, string Title, string Description, JsonElement InputSchema, JsonElement? OutputSchema, McpToolAnnotations Annotations);

/// <summary>One call of a batch.</summary>
/// <param name="Name">The tool.</param>
/// <param name="Arguments">Its arguments, a JSON object; null for none.</param>
/// <param name="Options">How to call it.</param>
public sealed record McpToolCall(string Name, object? Arguments = null, McpCallOptions? Options = null);

/// <summary>What became of one call of a batch: a result or an error.</summary>
/// <param name="Value">The tool's result; undefined when there is an error.</param>
/// <param name="Error">The error, or null.</param>
public sealed record McpOutcome(JsonElement Value, McpException? Error)
{
    /// <summary>The result; throws the error when there is one.</summary>
    public JsonElement Result => Error is null ? Value : throw Error;
}
