using System.Text.Json;

namespace Patchbay.Server.Sessions;

/// <summary>The first message of the server.</summary>
internal static class Welcome
{
    public static void Send(Session session) =>
        session.Outbox.SendUnnumbered(session.Outbox.WriteEvent("welcome", "system", session, static (writer, session) =>
        {
            writer.WriteStartObject();
            writer.WriteString("client_id", session.ClientId);
            writer.WriteString("session_id", session.SessionId);
            writer.WriteStartObject("server");
            writer.WriteString("name", "patchbay");
            writer.WriteString("version", Engine.Version);
            writer.WriteEndObject();
            writer.WriteStartArray("protocol_versions");
            writer.WriteStringValue(Protocol.Envelope.EnvelopeReader.ProtocolVersion);
            writer.WriteEndArray();
            writer.WriteNumber("heartbeat_interval_s", session.Settings.HeartbeatSeconds);
            WriteLimits(writer, session);
            writer.WriteStartArray("capabilities");
            foreach (var capability in session.Engine.Capabilities)
                writer.WriteStringValue(capability);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }));

    /// <summary>Writes the member <c>limits</c>.</summary>
    public static void WriteLimits(Utf8JsonWriter writer, Session session)
    {
        var limits = session.Settings.Limits;
        writer.WriteStartObject("limits");
        writer.WriteNumber("messages_per_minute", session.Key.MessagesPerMinute ?? session.Settings.MessagesPerMinute);
        writer.WriteNumber("max_message_bytes", limits.MaxMessageBytes);
        writer.WriteNumber("max_batch", limits.MaxBatch);
        writer.WriteNumber("max_in_flight", limits.MaxInFlight);
        writer.WriteEndObject();
    }
}
