using System.Runtime.InteropServices;

namespace Patchbay.Tools.System.Linux;

/// <summary>statvfs(3). The layout is that of 64-bit glibc and musl.</summary>
internal static partial class StatVfs
{
    /// <summary>Asks a mount point for its sizes; may never return on a dead network mount.</summary>
    /// <param name="path">The mount point as zero-ended bytes.</param>
    /// <returns>Null when the kernel refuses.</returns>
    public static FilesystemSizes? Ask(byte[] path)
    {
        if (!Environment.Is64BitProcess || Call(path, out var native) != 0)
            return null;
        return new FilesystemSizes(
            (long)(native.Blocks * native.FragmentSize), (long)(native.BlocksFree * native.FragmentSize), (long)(native.BlocksAvailable * native.FragmentSize),
            (long)native.Inodes, (long)native.InodesFree);
    }

    [LibraryImport("libc", EntryPoint = "statvfs")]
    private static partial int Call([In] byte[] path, out Native result);

    [StructLayout(LayoutKind.Sequential)]
    private struct Native
    {
        public ulong BlockSize;
        public ulong FragmentSize;
        public ulong Blocks;
        public ulong BlocksFree;
        public ulong BlocksAvailable;
        public ulong Inodes;
        public ulong InodesFree;
        public ulong InodesAvailable;
        public ulong Id;
        public ulong Flags;
        public ulong LongestName;
        public ulong Reserved0;
        public ulong Reserved1;
        public ulong Reserved2;
    }
}

/// <summary>What a filesystem holds, in bytes and inodes; <paramref name="Available"/> is what a user other than root may still take.</summary>
internal readonly record struct FilesystemSizes(long Total, long Free, long Available, long Inodes, long InodesFree);
