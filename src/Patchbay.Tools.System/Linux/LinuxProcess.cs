using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Linux;

/// <summary>What only the kernel knows of the server's own process.</summary>
internal sealed class LinuxProcess(LinuxPaths paths) : IProcessFacts, IDisposable
{
    private readonly ProcFile _statm = paths.File("self/statm");
    private readonly ProcFile _stat = paths.File("self/stat");
    private readonly string _descriptors = Path.Combine(paths.Proc, "self/fd");

    public long RssBytes()
    {
        if (!_statm.TryRead(out var text))
            return -1;
        var fields = new TextFields(text);
        fields.Skip(1);
        return fields.NextLong() is var pages and >= 0 ? pages * Environment.SystemPageSize : -1;
    }

    public long Threads()
    {
        if (!_stat.TryRead(out var text))
            return -1;
        // The name in brackets may hold anything, so the fields are counted from its end: the thread count is field 20, the state field 3.
        var fields = new TextFields(text[(text.LastIndexOf((byte)')') + 1)..]);
        fields.Skip(17);
        return fields.NextLong();
    }

    public long FileDescriptors()
    {
        try
        {
            return Directory.Exists(_descriptors) ? Directory.EnumerateFileSystemEntries(_descriptors).LongCount() : -1;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return -1;
        }
    }

    public void Dispose()
    {
        _statm.Dispose();
        _stat.Dispose();
    }
}
