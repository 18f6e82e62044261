namespace Patchbay.Tools.System.Linux;

/// <summary>Which interfaces carry traffic that another one counts as well.</summary>
internal static class NetworkInterfaces
{
    // Ends of container links, bridges over them, and mirrors of other interfaces.
    private static readonly string[] Doubled = ["veth", "br-", "docker", "virbr", "cni", "flannel", "cali", "lxc", "lxdbr", "podman", "ifb", "vnet", "kube-"];

    /// <summary>False for the loopback and for what passes a second interface on its way (bridges, veth ends, VLANs, mirrors).</summary>
    public static bool CountsInTotal(string name) => name != "lo" && !IsDoubled(name);

    /// <summary>Whether the traffic is counted in another interface too.</summary>
    public static bool IsDoubled(string name) =>
        name.Contains('.') || (name.StartsWith("br", StringComparison.Ordinal) && name.Length > 2 && char.IsAsciiDigit(name[2]))
        || Array.Exists(Doubled, prefix => name.StartsWith(prefix, StringComparison.Ordinal));
}
