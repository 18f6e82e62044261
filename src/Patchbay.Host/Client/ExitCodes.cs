using Patchbay.Client;

namespace Patchbay.Host.Client;

/// <summary>What the client's commands exit with; docs/guide/operating.md lists them.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int NotConnected = 3;
    public const int Refused = 4;
    public const int Timeout = 5;
    public const int Interrupted = 130;

    public static int Of(McpException error) => error switch
    {
        McpInvalidApiKeyException or McpUnauthorizedException => Refused,
        McpToolTimeoutException => Timeout,
        McpConnectionException => NotConnected,
        // No connection came of it, whatever the code: a ban, a server that drains, a host that is not allowed.
        _ when error.Details.ContainsKey("status") || error.Details.ContainsKey("close_code") => NotConnected,
        _ => Failed,
    };
}
