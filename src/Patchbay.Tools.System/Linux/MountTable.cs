using System.Globalization;
using System.Text;

namespace Patchbay.Tools.System.Linux;

/// <summary>Reads <c>/proc/mounts</c> and keeps what holds files of its own.</summary>
internal static class MountTable
{
    private static readonly HashSet<string> Pseudo = new(StringComparer.Ordinal)
    {
        "autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2", "configfs", "debugfs", "devpts", "devtmpfs", "efivarfs", "fusectl", "hugetlbfs", "mqueue", "nsfs",
        "proc", "pstore", "ramfs", "rpc_pipefs", "securityfs", "selinuxfs", "sysfs", "tracefs", "fuse.gvfsd-fuse", "fuse.lxcfs", "fuse.portal",
    };

    /// <summary>The mounts worth asking, in the kernel's order; of several mounts of one device the first.</summary>
    public static List<Mount> Parse(ReadOnlySpan<byte> text, LinuxPaths paths)
    {
        var mounts = new List<Mount>();
        var lines = new TextLines(text);
        while (lines.Next(out var line))
        {
            var parts = Encoding.UTF8.GetString(line).Split(' ');
            if (parts.Length < 4)
                continue;
            var (source, point, type) = (Unescape(parts[0]), Unescape(parts[1]), parts[2]);
            if (!IsWorthAsking(point, type) || mounts.Exists(mount => IsSame(mount, source, point)))
                continue;
            var readOnly = parts[3].Split(',').Contains("ro");
            mounts.Add(new Mount(point, source, type, readOnly, [.. Encoding.UTF8.GetBytes(paths.OnHost(point)), 0]));
        }

        return mounts;
    }

    private static bool IsWorthAsking(string point, string type) =>
        !Pseudo.Contains(type)
        // The root of a container is an overlay; the others are the containers' own, mounted on the host.
        && (type != "overlay" || point == "/")
        && !IsUnder(point, "/proc") && !IsUnder(point, "/sys") && !IsUnder(point, "/dev") && !IsUnder(point, "/run/credentials");

    private static bool IsSame(Mount mount, string source, string point) =>
        mount.Point == point || (source.StartsWith("/dev/", StringComparison.Ordinal) && mount.Source == source);

    private static bool IsUnder(string point, string root) =>
        point == root || point.StartsWith(root + "/", StringComparison.Ordinal);

    // The kernel writes blank, tab, newline and backslash as three octal digits.
    private static string Unescape(string text)
    {
        if (!text.Contains('\\'))
            return text;
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 3 < text.Length && int.TryParse(text.AsSpan(i + 1, 3), NumberStyles.None, CultureInfo.InvariantCulture, out _))
            {
                plain.Append((char)Convert.ToInt32(text.Substring(i + 1, 3), 8));
                i += 3;
            }
            else
            {
                plain.Append(text[i]);
            }
        }

        return plain.ToString();
    }
}
