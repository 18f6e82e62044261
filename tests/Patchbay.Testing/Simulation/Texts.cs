namespace Patchbay.Testing.Simulation;

/// <summary>What a client sends.</summary>
internal static class Texts
{
    public static string Request(string id, string method, string parameters, string more = "") =>
        $$"""{"protocol_version":"2.0","message_type":"request","message_id":"{{id}}","method":"{{method}}","params":{{parameters}}{{more}}}""";

    public static string Hello(string id) => Request(id, "session/hello", """{"client":{"name":"sim","version":"1"},"resumable":true}""");

    public static string Resume(string id, string session, string token, long epoch, long lastSeq) =>
        Request(id, "session/resume", $$"""{"session_id":"{{session}}","resume_token":"{{token}}","epoch":{{epoch}},"last_seq":{{lastSeq}}}""");

    public static string Ack(int number, long seq) =>
        $$"""{"protocol_version":"2.0","message_type":"event","message_id":"evt-{{number}}","event_type":"ack","data":{"seq":{{seq}} } }""";
}
