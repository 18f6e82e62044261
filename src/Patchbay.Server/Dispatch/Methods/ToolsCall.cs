using System.Text.Json;
using System.Text.Json.Nodes;
using Patchbay.Protocol.Errors;
using Patchbay.Server.Catalog;
using Patchbay.Server.Guard.Violations;
using Patchbay.Tools.Schema;

namespace Patchbay.Server.Dispatch.Methods;

/// <summary>The method nearly every request is: its params are read without making anything of them.</summary>
internal sealed class ToolsCall(ToolCatalog catalog, int defaultTimeoutMs) : Method
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

    public override void Start(in Call call)
    {
        var text = call.Request.Params.IsEmpty ? NoArguments : call.Request.Params.Span;
        if (Schema.Check(text) is { } errors)
        {
            call.Fail(Invalid(errors));
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
        var timeout = parameters.TimeoutMs is { } asked ? TimeSpan.FromMilliseconds(asked) : entry.Definition.Timeout ?? TimeSpan.FromMilliseconds(defaultTimeoutMs);
        if (call.Request.Context?.DeadlineMs is { } deadline && deadline < timeout.TotalMilliseconds)
            timeout = TimeSpan.FromMilliseconds(deadline);
        var running = new ToolCall(call.Session, call.Request, entry, parameters.Arguments, parameters.Stream, timeout, call.ReceivedAt);
        if (call.Session.Calls.TryAdd(running))
        {
            running.Start();
            return;
        }

        running.Discard();
        call.Fail(new ProtocolError(ErrorCodes.ServerOverloaded, $"This connection has {call.Session.Engine.Options.Limits.MaxInFlight} calls in flight already."));
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
