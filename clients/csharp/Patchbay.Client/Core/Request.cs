using System.Text.Json;
using System.Text.Json.Nodes;
using Patchbay.Transport;

namespace Patchbay.Client.Core;

/// <summary>Where a request is in its life.</summary>
internal enum Phase
{
    Queued,
    Sent,

    /// <summary>For its retry.</summary>
    Waiting,

    /// <summary>For the tool list, which says whether it may be repeated.</summary>
    Learning,
    Ended,
}

/// <summary>What the core itself does with an answer: a result or an error, and the time.</summary>
internal delegate void Done(JsonElement result, McpException? error, double now);

/// <summary>One request: known by its handle for good; by its message id from when it leaves until it is refused, or its session is lost.</summary>
internal sealed class Request
{
    private const string CallMethod = "tools/call";
    private const double LongestTimeoutMs = 300_000;

    // How much longer than the server the client waits, so that the server's TOOL_TIMEOUT comes first.
    private const double Grace = 1;

    private readonly OutboundMessage _members;

    private Request(string method, double timeout, OutboundMessage members)
    {
        Method = method;
        Timeout = timeout;
        IsCall = method == CallMethod;
        _members = members;
    }

    public string Method { get; }

    /// <summary>The tool it calls, or null for every other method.</summary>
    public string? Tool { get; private init; }

    public bool IsCall { get; }

    /// <summary>Seconds for one attempt.</summary>
    public double Timeout { get; }

    public string? IdempotencyKey { get; private init; }

    public bool? Idempotent { get; private init; }

    public bool HasParams { get; private init; }

    /// <summary>Requests of one group leave as one array.</summary>
    public int Group { get; private init; } = Outbox.Alone;

    /// <summary>Null for a request of the user.</summary>
    public Done? Done { get; private init; }

    public long Handle { get; set; }

    public Phase Phase { get; set; }

    /// <summary>The number of its message id; 0 when it has none.</summary>
    public long Id { get; set; }

    public double QueuedAt { get; set; }

    public double? SentAt { get; set; }

    /// <summary>When its time is up, or its retry due.</summary>
    public double Due { get; set; }

    public int Retries { get; set; }

    public int Chunks { get; set; }

    /// <summary>While <see cref="Phase.Learning"/>: what it fails with if it may not be repeated.</summary>
    public McpException? Error { get; set; }

    /// <summary>The members method, params and context: written once, so that a copy sent later has the same digest, whatever the caller does to the arguments meanwhile.</summary>
    public ReadOnlySpan<byte> Fields => _members.Bytes.Span[1..^1];

    /// <summary>How long one attempt may take by the client's clock, in seconds.</summary>
    public double Patience => Timeout + (IsCall ? Grace : 0);

    public string Outcome => SentAt is null ? "not_sent" : "unknown";

    public string? IdText => Id == 0 ? null : $"req-{Id}";

    /// <summary>The params as they are sent.</summary>
    public JsonObject Params => JsonNode.Parse(_members.Bytes.Span)!["params"]!.AsObject();

    /// <summary>A <c>tools/call</c>.</summary>
    public static Request Call(McpClientOptions options, string name, object? arguments, McpCallOptions how, bool stream = false, int group = Outbox.Alone)
    {
        how.Validate();
        var timeout = (how.Timeout ?? options.RequestTimeout).TotalSeconds;
        var members = FieldWriter.Write((options, name, arguments, how, stream, timeout), static (writer, call) =>
        {
            writer.WriteString("method"u8, CallMethod);
            writer.WriteStartObject("params"u8);
            writer.WriteString("name"u8, call.name);
            writer.WritePropertyName("arguments"u8);
            FieldWriter.WriteValue(writer, call.arguments, call.options.SerializerOptions);
            if (call.stream)
                writer.WriteBoolean("stream"u8, true);
            writer.WriteNumber("timeout_ms"u8, Milliseconds(call.timeout));
            writer.WriteEndObject();
            WriteContext(writer, call.how);
        });
        return new Request(CallMethod, timeout, members)
        {
            Tool = name,
            IdempotencyKey = how.IdempotencyKey,
            Idempotent = how.Idempotent,
            HasParams = true,
            Group = group,
        };
    }

    /// <summary>Any request of the user.</summary>
    public static Request Of(McpClientOptions options, string method, object? parameters, McpCallOptions how)
    {
        how.Validate();
        var timeout = (how.Timeout ?? options.RequestTimeout).TotalSeconds;
        string? tool = null;
        if (method == CallMethod && FieldWriter.ToObject(parameters, options.SerializerOptions) is { } call)
        {
            tool = call["name"] is JsonValue value && value.TryGetValue(out string? name) ? name : null;
            call.TryAdd("timeout_ms", Milliseconds(timeout));
            parameters = call;
        }

        var members = FieldWriter.Write((options, method, parameters, how), static (writer, request) =>
        {
            writer.WriteString("method"u8, request.method);
            writer.WritePropertyName("params"u8);
            FieldWriter.WriteValue(writer, request.parameters, request.options.SerializerOptions);
            WriteContext(writer, request.how);
        });
        return new Request(method, timeout, members)
        {
            Tool = tool,
            IdempotencyKey = how.IdempotencyKey,
            Idempotent = how.Idempotent,
            HasParams = parameters is not null,
        };
    }

    /// <summary>A request of the core's own.</summary>
    public static Request Own(McpClientOptions options, string method, Action<Utf8JsonWriter>? parameters, Done done)
    {
        var members = FieldWriter.Write((method, parameters), static (writer, request) =>
        {
            writer.WriteString("method"u8, request.method);
            writer.WritePropertyName("params"u8);
            if (request.parameters is null)
                FieldWriter.WriteValue(writer, null, JsonSerializerOptions.Default);
            else
                request.parameters(writer);
        });
        return new Request(method, options.RequestTimeout.TotalSeconds, members) { Done = done, HasParams = parameters is not null };
    }

    /// <summary>It has ended, and will not be sent again.</summary>
    public void Release() => _members.Release();

    private static int Milliseconds(double seconds) => (int)Math.Clamp(Math.Ceiling(seconds * 1000), 1, LongestTimeoutMs);

    private static void WriteContext(Utf8JsonWriter writer, McpCallOptions how)
    {
        if (how.IdempotencyKey is null && how.TraceParent is null)
            return;
        writer.WriteStartObject("context"u8);
        if (how.IdempotencyKey is not null)
            writer.WriteString("idempotency_key"u8, how.IdempotencyKey);
        if (how.TraceParent is not null)
            writer.WriteString("traceparent"u8, how.TraceParent);
        writer.WriteEndObject();
    }
}
