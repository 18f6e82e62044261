namespace Patchbay.Server.Guard.Network;

/// <summary>Which <c>Host</c> a request may name (protocol section 2; against DNS rebinding). Immutable.</summary>
internal sealed class HostRules
{
    private static readonly string[] Loopback = ["localhost", "127.0.0.1", "[::1]"];

    private readonly Rule[] _rules;

    /// <summary>Loopback names are always allowed; each further entry is <c>name</c> (any port), <c>name:port</c>, or either with <c>*.</c> before it (any name below).</summary>
    public HostRules(IEnumerable<string> allowed) => _rules = [.. Loopback.Concat(allowed).Select(Rule.From)];

    /// <summary>What is wrong with an entry of <c>Patchbay:AllowedHosts</c>, or null.</summary>
    public static string? Fault(string entry) =>
        TrySplit(Rule.NameOf(entry), out _, out _)
            ? null
            : $"Patchbay:AllowedHosts: '{entry}' is no host such as example.org, example.org:8443 or *.example.org.";

    /// <summary>Whether a request with this <c>Host</c> is answered; one without, or with a malformed one, is not (421).</summary>
    public bool Allows(string? host)
    {
        if (!TrySplit(host, out var name, out var port))
            return false;
        foreach (var rule in _rules)
        {
            if (rule.Matches(name, port))
                return true;
        }

        return false;
    }

    // RFC 9110 §7.2: uri-host [ ":" port ]. The port stays empty when there is none.
    private static bool TrySplit(ReadOnlySpan<char> host, out ReadOnlySpan<char> name, out ReadOnlySpan<char> port)
    {
        int end = host.StartsWith("[") ? host.IndexOf(']') + 1 : host.IndexOf(':') is var colon and >= 0 ? colon : host.Length;
        name = host[..end];
        port = default;
        if (name.Length is 0 or > 255)
            return false;
        if (name[0] == '[' ? !AddressText.TryParseAddress(name[1..^1], out _) : !IsName(name))
            return false;
        if (end == host.Length)
            return true;
        port = host[(end + 1)..];
        return host[end] == ':' && port.Length is >= 1 and <= 5 && !port.ContainsAnyExceptInRange('0', '9') && int.Parse(port) is > 0 and <= ushort.MaxValue;
    }

    private static bool IsName(ReadOnlySpan<char> name)
    {
        foreach (char character in name)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '.' or '_'))
                return false;
        }

        return name[0] != '.' && name[^1] != '.';
    }

    private readonly record struct Rule(string Name, string Port, bool Below)
    {
        public static ReadOnlySpan<char> NameOf(string entry) => entry.StartsWith("*.", StringComparison.Ordinal) ? entry.AsSpan(2) : entry;

        public static Rule From(string entry)
        {
            if (!TrySplit(NameOf(entry), out var name, out var port))
                throw new ArgumentException(Fault(entry), nameof(entry));
            return new Rule(name.ToString(), port.ToString(), entry.StartsWith('*'));
        }

        public bool Matches(ReadOnlySpan<char> name, ReadOnlySpan<char> port)
        {
            if (Port.Length > 0 && !port.SequenceEqual(Port))
                return false;
            return Below
                ? name.Length > Name.Length + 1 && name[^(Name.Length + 1)] == '.' && name.EndsWith(Name, StringComparison.OrdinalIgnoreCase)
                : name.Equals(Name, StringComparison.OrdinalIgnoreCase);
        }
    }
}
