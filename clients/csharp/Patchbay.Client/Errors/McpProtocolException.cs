using System.Text.Json.Nodes;

namespace Patchbay.Client;

/// <summary>A message broke a rule of the protocol: <c>INVALID_MESSAGE_FORMAT</c>, <c>INVALID_PROTOCOL_VERSION</c>, <c>INVALID_MESSAGE_ID</c>, <c>MESSAGE_TOO_LARGE</c>.</summary>
public class McpProtocolException : McpException
{
    internal McpProtocolException(string code, string message, JsonObject? details, string? requestId)
        : base(code, message, details, requestId)
    {
    }
}
