using System.Globalization;

namespace Patchbay.Tools.System.Checks;

/// <summary>A configured address.</summary>
internal readonly record struct ProbeTarget(string Host, int Port)
{
    /// <summary>Reads <c>host:port</c> or <c>[v6]:port</c>; null when it is neither.</summary>
    public static ProbeTarget? Parse(string text)
    {
        var colon = text.LastIndexOf(':');
        if (colon <= 0 || !int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535)
            return null;
        return new ProbeTarget(text[..colon].Trim('[', ']'), port);
    }
}
