namespace Patchbay.Server.Guard.Network;

/// <summary>Origins as browsers write them (RFC 6454 §6.2): scheme, host and, when it is not the scheme's own, port.</summary>
internal static class OriginText
{
    /// <summary>Whether a text is an origin of a web page: <c>http</c> or <c>https</c>, nothing behind the port.</summary>
    public static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && string.Equals(uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped), text, StringComparison.OrdinalIgnoreCase);
}
