namespace Patchbay.Server.Guard.Keys;

/// <summary>The identity under which the server connects to itself to see whether it answers. It has no scope and no text: only tickets issued inside the process open it.</summary>
internal static class ProbeKey
{
    // A check runs at most once a second; whatever the server's own limit, it must not count as an excess.
    private const int MessagesPerMinute = 1_000;

    public static ApiKey Key { get; } = new() { Id = "probe", Name = "diagnostics", Scopes = new KeyScopes([]), MessagesPerMinute = MessagesPerMinute };
}
