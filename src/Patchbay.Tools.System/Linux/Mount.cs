namespace Patchbay.Tools.System.Linux;

/// <summary>A mounted filesystem and what was last heard of it.</summary>
internal sealed class Mount(string point, string source, string type, bool readOnly, byte[] path)
{
    public string Point => point;

    public string Source => source;

    public string Type => type;

    public bool ReadOnly => readOnly;

    /// <summary>The mount point for statvfs, zero-ended.</summary>
    public byte[] Path => path;

    /// <summary>The last answer; null before the first and while the kernel refuses.</summary>
    public FilesystemSizes? Sizes { get; set; }

    /// <summary>Whether a call has not come back in time. No second one is started while it hangs.</summary>
    public bool Stuck { get; set; }
}
