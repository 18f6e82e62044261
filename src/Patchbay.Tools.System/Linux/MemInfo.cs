namespace Patchbay.Tools.System.Linux;

/// <summary>Figures of <c>/proc/meminfo</c> in bytes; -1 for what is not known.</summary>
internal readonly record struct MemInfo(long Total, long Free, long Available, long Buffers, long Cached, long SwapTotal, long SwapFree)
{
    /// <summary>Nothing known.</summary>
    public static MemInfo Unknown => new(-1, -1, -1, -1, -1, -1, -1);

    /// <summary>What is not available: total less available, as psutil and free have it today.</summary>
    public long Used => Total < 0 || Available < 0 ? -1 : Total - Available;

    /// <summary>Swap in use.</summary>
    public long SwapUsed => SwapTotal < 0 || SwapFree < 0 ? -1 : Math.Max(0, SwapTotal - SwapFree);

    /// <summary>Reads the table; every value is in KiB whatever its unit is called.</summary>
    public static MemInfo Parse(ReadOnlySpan<byte> text)
    {
        long total = -1, free = -1, available = -1, buffers = -1, cached = -1, reclaimable = 0, shmem = 0, swapTotal = -1, swapFree = -1;
        var lines = new TextLines(text);
        while (lines.Next(out var line))
        {
            var fields = new TextFields(line);
            fields.Next(out var name);
            if (name.SequenceEqual("MemTotal:"u8)) total = Bytes(ref fields);
            else if (name.SequenceEqual("MemFree:"u8)) free = Bytes(ref fields);
            else if (name.SequenceEqual("MemAvailable:"u8)) available = Bytes(ref fields);
            else if (name.SequenceEqual("Buffers:"u8)) buffers = Bytes(ref fields);
            else if (name.SequenceEqual("Cached:"u8)) cached = Bytes(ref fields);
            else if (name.SequenceEqual("SReclaimable:"u8)) reclaimable = Math.Max(0, Bytes(ref fields));
            else if (name.SequenceEqual("Shmem:"u8)) shmem = Math.Max(0, Bytes(ref fields));
            else if (name.SequenceEqual("SwapTotal:"u8)) swapTotal = Bytes(ref fields);
            else if (name.SequenceEqual("SwapFree:"u8)) swapFree = Bytes(ref fields);
        }

        var cache = cached < 0 ? -1 : cached + reclaimable;
        if (available <= 0 && free >= 0)
            available = free + Math.Max(0, buffers) + Math.Max(0, cache - shmem);
        // LXC shows the container's total beside the host's available.
        if (available > total && total >= 0)
            available = free;
        return new MemInfo(total, free, available, buffers, cache, swapTotal, swapFree);
    }

    private static long Bytes(ref TextFields fields)
    {
        var kibibytes = fields.NextLong();
        return kibibytes < 0 ? -1 : kibibytes * 1024;
    }
}
