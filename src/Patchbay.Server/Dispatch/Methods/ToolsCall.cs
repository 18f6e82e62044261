using System.Text.Json;
using System.Text.Json.Nodes;
using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Errors;
using Patchbay.Server.Catalog;
using Patchbay.Server.Guard.Violations;
using Patchbay.Server.Sessions;
using Patchbay.Store.Executions;
using Patchbay.Tools.Schema;

namespace Patchbay.Server.Dispatch.Methods;

/// <summary>The method nearly every request is: its params are read without making anything of them.</summary>
internal sealed class ToolsCall(ToolCatalog catalog, Func<int> defaultTimeoutMs) : Method
{
    private static readonly JsonSchema Schema = JsonSchema.Compile(JsonElement.Parse("""
        {
          "type": "object",
          "properties": {
            "name": { "type": "string", "minLength": 1, "maxLength": 128 },
            "arguments": { "type": "object" },
            "stream": { "type": "boolean" },
            "timeout_ms": { "type": "integer", "minimum": 1, "maximum": 300000 }
          },
          "required": ["name"],
          "additionalProperties": false
        }
        """));

    private static readonly byte[] NoArguments = "{}"u8.ToArray();

    public override string Name => "tools/call";

    public override ValueTask StartAsync(in Call call)
    {
        Start(call);
        return ValueTask.CompletedTask;
    }

    /// <summary>Makes a call that an earlier process was cut off in; null when its tool is gone.</summary>
    public ToolCall? Restore(Engine engine, Waiter first, ReadOnlySpan<byte> text, long number)
    {
        var parameters = Read(text);
        return parameters.Entry is { } entry
            ? new ToolCall(engine, entry, first, parameters.Arguments, stream: false, Timeout(entry, parameters.TimeoutMs, null), number)
            : null;
    }

    private void Start(in Call call)
    {
        var text = call.Request.Params.IsEmpty ? NoArguments : call.Request.Params.Span;
        if (Schema.Check(text) is { } errors)
        {
            call.Fail(Invalid(errors));
            return;
        }

        if (call.Session.Resumable is not null && call.Session.Calls.Find(call.Request.Id) is { } running)
        {
            Repeat(call, running);
            return;
        }

        var parameters = Read(text);
        if (parameters.Entry is not { } entry)
        {
            call.Fail(new ProtocolError(ErrorCodes.ToolNotFound, $"There is no tool named {NameOf(text)}; tools/list names them."));
            return;
        }

        if (!call.Session.Key.Scopes.MayCall(entry.Definition.Name, entry.Definition.Scope))
        {
            call.Session.Engine.Refused(Violation.TypeOf(ErrorCodes.UnauthorizedAccess), call.Session, null, entry.Definition.Name);
            call.Fail(Unauthorized(entry));
            return;
        }

        if (entry.Schema.Check(parameters.Arguments) is { } faults)
        {
            call.Fail(Invalid(faults));
            return;
        }

        Start(call, entry, parameters);
    }

    private void Start(in Call call, CatalogEntry entry, in Parameters parameters)
    {
        var session = call.Session;
        var isRecorded = session.Resumable is not null || call.Request.Context?.IdempotencyKey is not null;
        var waiter = new Waiter(session, call.Request, call.ReceivedAt) { Digest = isRecorded ? CanonicalJson.Digest(Name, call.Request.Params.Span) : null };
        if (!session.Calls.TryAdd(waiter, session.Settings.Limits.MaxInFlight))
        {
            call.Fail(new ProtocolError(ErrorCodes.ServerOverloaded, $"This connection has {session.Settings.Limits.MaxInFlight} calls in flight already."));
            return;
        }

        var timeout = Timeout(entry, parameters.TimeoutMs, call.Request.Context);
        if (isRecorded)
            StartRecorded(waiter, entry, parameters, timeout, call.Request.Params.Span);
        else
            new ToolCall(session.Engine, entry, waiter, parameters.Arguments, parameters.Stream, timeout).Start();
    }

    private void StartRecorded(Waiter waiter, CatalogEntry entry, in Parameters parameters, TimeSpan timeout, ReadOnlySpan<byte> text)
    {
        var session = waiter.Session;
        var start = new ExecutionStart
        {
            Key = waiter.Context?.IdempotencyKey is { } key
                ? new ExecutionKey(ExecutionScope.ApiKey, session.KeyId, key)
                : new ExecutionKey(ExecutionScope.Session, session.SessionId, waiter.RequestId),
            Digest = waiter.Digest!.Value,
            KeyId = session.KeyId,
            Method = Name,
            Tool = entry.Definition.Name,
            Repeatable = entry.Definition.Annotations.Repeatable,
            Params = entry.Definition.Annotations.Repeatable ? text.ToArray() : default,
            Waiter = session.Resumable is null ? null : waiter.ToStored(),
        };
        session.Engine.Executions.Start(waiter, entry, start, new CallPlan(parameters.Stream, timeout), parameters.Arguments);
    }

    // The same id again while it runs: the one answer serves both. Something else under it is a conflict.
    private void Repeat(in Call call, Waiter running)
    {
        if (running.Digest != CanonicalJson.Digest(Name, call.Request.Params.Span))
            call.Inbox.Refuse(ReadOutcome.Invalid(default!, call.Request.Dialect, call.Request.Id), Executions.Conflict(call.Request.Id));
    }

    private TimeSpan Timeout(CatalogEntry entry, int? asked, RequestContext? context)
    {
        var timeout = asked is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : entry.Definition.Timeout ?? TimeSpan.FromMilliseconds(defaultTimeoutMs());
        return context?.DeadlineMs is { } deadline && deadline < timeout.TotalMilliseconds ? TimeSpan.FromMilliseconds(deadline) : timeout;
    }

    private Parameters Read(ReadOnlySpan<byte> text)
    {
        var parameters = new Parameters { Arguments = NoArguments };
        var reader = new Utf8JsonReader(text);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("name"u8))
            {
                reader.Read();
                parameters.Entry = Find(ref reader);
            }
            else if (reader.ValueTextEquals("arguments"u8))
            {
                reader.Read();
                var start = (int)reader.TokenStartIndex;
                reader.Skip();
                parameters.Arguments = text[start..(int)reader.BytesConsumed];
            }
            else if (reader.ValueTextEquals("stream"u8))
            {
                reader.Read();
                parameters.Stream = reader.GetBoolean();
            }
            else
            {
                reader.Read();
                parameters.TimeoutMs = (int)reader.GetDouble();
            }
        }

        return parameters;
    }

    private CatalogEntry? Find(ref Utf8JsonReader reader)
    {
        // Names have at most 128 characters of at most 6 bytes while they are escaped.
        Span<char> name = stackalloc char[128 * 6];
        var length = reader.ValueSpan.Length <= name.Length ? reader.CopyString(name) : 0;
        return catalog.Find(name[..length]);
    }

    private static string NameOf(ReadOnlySpan<byte> text) => JsonNode.Parse(text)!["name"]!.GetValue<string>();

    private static ProtocolError Unauthorized(CatalogEntry entry) => new(
        ErrorCodes.UnauthorizedAccess,
        $"This key may not call {entry.Definition.Name}.",
        new JsonObject { ["scope"] = entry.Definition.Scope ?? $"tools:call:{entry.Definition.Name}" });

    private ref struct Parameters
    {
        public CatalogEntry? Entry;
        public ReadOnlySpan<byte> Arguments;
        public bool Stream;
        public int? TimeoutMs;
    }
}
