using System.Text.RegularExpressions;

namespace Patchbay.Tools.System.Linux;

/// <summary>Which lines of <c>/proc/diskstats</c> are disks, and which of those carry traffic of their own.</summary>
internal static partial class BlockDevices
{
    /// <summary>False for loop, ram, zram and floppy devices, and for partitions, whose traffic is already in their disk.</summary>
    public static bool IsDisk(string name, LinuxPaths paths)
    {
        if (NoDisk().IsMatch(name))
            return false;
        // A virtual machine may have a disk called xvda1 and no xvda; sysfs knows.
        return !Partition().IsMatch(name) || Directory.Exists(paths.OnHost("/sys/block/" + name));
    }

    /// <summary>False for device-mapper and software RAID: what they carry is counted in the disks below them.</summary>
    public static bool CountsInTotal(string name) =>
        !name.StartsWith("dm-", StringComparison.Ordinal) && !name.StartsWith("md", StringComparison.Ordinal);

    [GeneratedRegex(@"^(loop|ram|zram|fd)\d+$", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex NoDisk();

    [GeneratedRegex(@"^((s|h|v|xv)d[a-z]+\d+|(nvme\d+n\d+|mmcblk\d+|nbd\d+)p\d+)$", RegexOptions.ExplicitCapture, 100)]
    private static partial Regex Partition();
}
