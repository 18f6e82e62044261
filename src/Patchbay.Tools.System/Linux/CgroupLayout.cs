using System.Text;

namespace Patchbay.Tools.System.Linux;

/// <summary>Where a controller's files are for this process.</summary>
/// <param name="Version">1 or 2.</param>
/// <param name="Chain">The own directory first, then its parents up to the mount point.</param>
/// <param name="IsRoot">Whether the own directory is the root of a hierarchy of the host.</param>
internal sealed record CgroupController(int Version, string[] Chain, bool IsRoot)
{
    /// <summary>A file of the own directory.</summary>
    public ProcFile File(string name) => new(Path.Combine(Chain[0], name));
}

/// <summary>Finds the control groups of this process. A hybrid host has both versions, so each controller is looked up where it is mounted.</summary>
internal static class CgroupLayout
{
    /// <summary>The directories of a controller (<c>cpu</c>, <c>cpuacct</c>, <c>memory</c>), or null when there is none.</summary>
    public static CgroupController? Find(LinuxPaths paths, string controller)
    {
        var mounts = Lines(paths, "self/mountinfo").Select(CgroupMount.Parse).OfType<CgroupMount>().ToList();
        var groups = Lines(paths, "self/cgroup").Select(line => line.Split(':', 3)).Where(parts => parts.Length == 3).ToList();
        var v1 = mounts.Find(mount => mount.Version == 1 && mount.Has(controller));
        if (v1 is not null && groups.Find(parts => parts[1].Split(',').Contains(controller)) is { } own)
            return Controller(paths, v1, own[2]);
        var v2 = mounts.Find(mount => mount.Version == 2);
        return v2 is not null && groups.Find(parts => parts[0] == "0") is { } unified ? Controller(paths, v2, unified[2]) : null;
    }

    private static CgroupController Controller(LinuxPaths paths, CgroupMount mount, string group)
    {
        // A container without a namespace of its own sees the host's path, of which the mount shows the tail only.
        var tail = mount.Root != "/" && group.StartsWith(mount.Root, StringComparison.Ordinal) ? group[mount.Root.Length..] : group;
        var top = paths.OnHost(mount.Point);
        var names = tail.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var chain = new List<string> { top };
        foreach (var name in names)
            chain.Insert(0, Path.Combine(chain[0], name));
        // A path out of the namespace ("/../..") or not mounted here: what is mounted is what applies.
        if (names.Contains("..") || !Directory.Exists(chain[0]))
            chain = [top];
        return new CgroupController(mount.Version, [.. chain], chain.Count == 1 && mount.Root == "/");
    }

    private static string[] Lines(LinuxPaths paths, string file)
    {
        using var source = paths.File(file);
        return source.TryRead(out var text) ? Encoding.UTF8.GetString(text).Split('\n', StringSplitOptions.RemoveEmptyEntries) : [];
    }

    private sealed record CgroupMount(int Version, string Root, string Point, string[] Options)
    {
        public bool Has(string controller) => Options.Contains(controller);

        // 31 23 0:28 / /sys/fs/cgroup rw,relatime shared:9 - cgroup2 cgroup rw
        public static CgroupMount? Parse(string line)
        {
            var halves = line.Split(" - ", 2);
            var (left, right) = (halves[0].Split(' '), halves.Length == 2 ? halves[1].Split(' ') : []);
            if (left.Length < 5 || right.Length < 3)
                return null;
            return right[0] switch
            {
                "cgroup" => new CgroupMount(1, left[3], left[4], right[2].Split(',')),
                "cgroup2" => new CgroupMount(2, left[3], left[4], []),
                _ => null,
            };
        }
    }
}
