namespace Patchbay.Tools.System.Linux;

/// <summary>Memory limit, working set and kills of the control group, versions 1 and 2.</summary>
internal sealed class CgroupMemory : IDisposable
{
    // Version 1 says "no limit" by the greatest page-aligned number; nothing near it is a limit.
    private const long NoLimit = 1L << 60;

    private readonly ProcFile[] _limits;
    private readonly ProcFile _usage;
    private readonly ProcFile _stat;
    private readonly ProcFile _events;
    private readonly bool _isVersion2;

    public CgroupMemory(CgroupController memory)
    {
        _isVersion2 = memory.Version == 2;
        _limits = [.. memory.Chain.Select(level => new ProcFile(Path.Combine(level, _isVersion2 ? "memory.max" : "memory.limit_in_bytes")))];
        _usage = memory.File(_isVersion2 ? "memory.current" : "memory.usage_in_bytes");
        _stat = memory.File("memory.stat");
        _events = memory.File(_isVersion2 ? "memory.events" : "memory.oom_control");
    }

    /// <summary>The tightest limit on the way up, in bytes; -1 when there is none.</summary>
    public long Limit { get; private set; } = -1;

    /// <summary>Bytes charged to the group; -1 when not known.</summary>
    public long Usage { get; private set; } = -1;

    /// <summary>Usage less what the kernel can drop at once (inactive file pages), as Kubernetes has it; -1 when not known.</summary>
    public long WorkingSet { get; private set; } = -1;

    /// <summary>Processes killed for want of memory since the group was made; -1 when not known.</summary>
    public long OomKills { get; private set; } = -1;

    public void Sample()
    {
        Limit = -1;
        foreach (var file in _limits)
        {
            var limit = file.TryRead(out var text) ? TextFields.Long(text.TrimEnd((byte)'\n')) : -1;
            if (limit is >= 0 and < NoLimit && (Limit < 0 || limit < Limit))
                Limit = limit;
        }

        Usage = _usage.TryRead(out var usage) ? TextFields.Long(usage.TrimEnd((byte)'\n')) : -1;
        var inactive = _stat.TryRead(out var stat) ? Named(stat, _isVersion2 ? "inactive_file"u8 : "total_inactive_file"u8) : -1;
        WorkingSet = Usage < 0 ? -1 : Math.Max(0, Usage - Math.Max(0, inactive));
        OomKills = _events.TryRead(out var events) ? Named(events, "oom_kill"u8) : -1;
    }

    public void Dispose()
    {
        foreach (var file in _limits.Append(_usage).Append(_stat).Append(_events))
            file.Dispose();
    }

    private static long Named(ReadOnlySpan<byte> text, ReadOnlySpan<byte> wanted)
    {
        var lines = new TextLines(text);
        while (lines.Next(out var line))
        {
            var fields = new TextFields(line);
            fields.Next(out var name);
            if (name.SequenceEqual(wanted))
                return fields.NextLong();
        }

        return -1;
    }
}
