namespace Patchbay.Protocol.Envelope;

/// <summary>Names that come with nearly every message, so that reading them makes no new string.</summary>
internal static class KnownNames
{
    private static readonly (byte[] Utf8, string Text)[] Names =
    [
        .. new[]
        {
            "tools/call", "ping", "tools/list", "requests/cancel", "session/hello", "session/resume", "session/close",
            "events/subscribe", "events/unsubscribe", "diagnostics/subscribe", "diagnostics/unsubscribe", "diagnostics/report",
            "ack", "tool.chunk", "tool.progress", "status_update",
        }.Select(name => (System.Text.Encoding.UTF8.GetBytes(name), name)),
    ];

    public static string Get(in FieldSet fields, Field field)
    {
        var raw = fields.Raw(field);
        foreach (var (utf8, text) in Names)
        {
            if (raw.SequenceEqual(utf8))
                return text;
        }

        return fields.String(field);
    }
}
