using Patchbay.Protocol.Errors;

namespace Patchbay.Tools.Models.Upstreams;

/// <summary>What a connection that fails throws, in words that may be shown.</summary>
internal static class ConnectionFaults
{
    /// <summary>The fault; null for what is not of the connection.</summary>
    /// <param name="exception">What was thrown while no time was up.</param>
    /// <param name="connectTimeout">How long a connection may take to be made.</param>
    public static UpstreamFault? Of(Exception exception, TimeSpan connectTimeout) => exception switch
    {
        OperationCanceledException { InnerException: TimeoutException } => UpstreamFault.TimedOut(Phase.Connect, connectTimeout),
        HttpRequestException http => OfHttp(http.HttpRequestError),
        IOException => UpstreamFault.Truncated("broke off while it told of an error."),
        _ => null,
    };

    private static UpstreamFault OfHttp(HttpRequestError error) => error switch
    {
        HttpRequestError.NameResolutionError => Unreachable("cannot be found: its name is not known.", mayRetry: true),
        HttpRequestError.ConnectionError or HttpRequestError.ProxyTunnelError => Unreachable("cannot be connected to. Does it run?", mayRetry: true),
        HttpRequestError.SecureConnectionError => Unreachable("offers no TLS connection that can be trusted.", mayRetry: false),
        HttpRequestError.ResponseEnded => Unreachable("closed the connection without an answer.", mayRetry: true),
        HttpRequestError.InvalidResponse or HttpRequestError.ConfigurationLimitExceeded or HttpRequestError.HttpProtocolError => UpstreamFault.Invalid("sent something that is no HTTP answer."),
        _ => Unreachable("broke the connection before it answered.", mayRetry: true),
    };

    private static UpstreamFault Unreachable(string message, bool mayRetry) =>
        new("unreachable", ErrorCodes.ToolExecutionFailed, message) { IsBreakdown = true, MayRetry = mayRetry };
}
