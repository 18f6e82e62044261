using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Patchbay.Protocol.Envelope;
using Patchbay.Server;
using Patchbay.Server.Guard.Keys;
using Patchbay.Server.Sessions;

namespace Patchbay.AspNetCore.Endpoints;

/// <summary><c>GET /api/mcp/status</c>: counts, uptime, versions, and the caller's own connections; all of them for <c>admin</c>.</summary>
internal sealed class StatusEndpoint(Engine engine)
{
    public Task HandleAsync(HttpContext context, ApiKey key) => JsonBody.WriteAsync(context, (engine, key), static (writer, state) =>
    {
        var (engine, key) = state;
        writer.WriteStartObject();
        writer.WriteString("status", engine.IsDraining ? "draining" : "ok");
        writer.WriteString("version", Engine.Version);
        writer.WriteStartArray("protocol_versions");
        writer.WriteStringValue(EnvelopeReader.ProtocolVersion);
        writer.WriteEndArray();
        writer.WriteNumber("uptime_s", Math.Round(engine.UptimeSeconds, 3));
        writer.WriteStartObject("connections");
        writer.WriteNumber("active", engine.Sessions.Count);
        writer.WriteStartArray("items");
        var isAdmin = key.Scopes.Has(KeyScopes.Admin);
        foreach (var session in engine.Sessions.All)
        {
            if (isAdmin || session.KeyId == key.Id)
                Write(writer, session);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter writer, Session session)
    {
        writer.WriteStartObject();
        writer.WriteString("client_id", session.ClientId);
        writer.WriteString("session_id", session.SessionId);
        if (session.Client is { } client)
        {
            writer.WriteStartObject("client");
            writer.WriteString("name", client.Name);
            writer.WriteString("version", client.Version);
            writer.WriteString("platform", client.Platform);
            writer.WriteEndObject();
        }
        else
        {
            writer.WriteNull("client");
        }

        writer.WriteString("address", session.Address.ToString());
        writer.WriteString("connected_at", session.ConnectedAt.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        writer.WriteStartObject("messages");
        writer.WriteNumber("sent", session.Outbox.Sent);
        writer.WriteNumber("received", session.Received);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }
}
