using Patchbay.Tools.System.Performance;

namespace Patchbay.Tools.System.Linux;

/// <summary>
/// Asks the filesystems for their sizes every ten seconds, in a thread of its own: statvfs on a dead network mount never returns.
/// A call that takes too long leaves its thread behind, marks the mount as stuck, and a new thread goes on with the others.
/// </summary>
internal sealed class FilesystemProbe(LinuxPaths paths, Func<byte[], FilesystemSizes?> ask, TimeSpan timeout, TimeProvider time) : IDisposable
{
    private const int TicksBetweenPasses = 10;

    private readonly Lock _gate = new();
    private readonly ProcFile _table = paths.File("mounts");
    private readonly SemaphoreSlim _wake = new(0);
    private byte[] _lastTable = [];
    private List<Mount> _mounts = [];
    private Mount? _asking;
    private long _askedAt;
    private int _ticks;
    private int _worker;
    private bool _started;
    private bool _disposed;

    /// <summary>Called once a second: starts the next pass, and looks whether a call hangs.</summary>
    public void Tick()
    {
        if (!_started)
            StartWorker();
        Mount? hanging;
        lock (_gate)
        {
            hanging = _asking is not null && time.GetElapsedTime(_askedAt) > timeout ? _asking : null;
            if (hanging is not null)
            {
                hanging.Stuck = true;
                _asking = null;
                _worker++;
            }
        }

        if (hanging is not null)
        {
            StartWorker();
            _wake.Release();
        }

        if (_ticks++ % TicksBetweenPasses == 0 && _wake.CurrentCount == 0)
            _wake.Release();
    }

    /// <summary>The newest sizes of all mounts.</summary>
    public IReadOnlyList<FilesystemReport> Report()
    {
        lock (_gate)
            return [.. _mounts.Where(mount => mount.Sizes is { Total: > 0 } || mount.Stuck).Select(ToReport)];
    }

    /// <summary>One pass over all mounts in the calling thread.</summary>
    public void Pass() => Pass(_worker);

    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _table.Dispose();
        }

        _wake.Release();
    }

    private static FilesystemReport ToReport(Mount mount)
    {
        var sizes = mount.Stuck ? null : mount.Sizes;
        return new FilesystemReport
        {
            Mount = mount.Point,
            Type = mount.Type,
            ReadOnly = mount.ReadOnly,
            Stuck = mount.Stuck,
            TotalBytes = sizes?.Total,
            AvailableBytes = sizes?.Available,
            UsedBytes = sizes?.Total - sizes?.Free,
            // As df has it: of what a user other than root could have at all.
            Percent = sizes is { } size ? Share(size.Total - size.Free, size.Total - size.Free + size.Available) : null,
            InodesPercent = sizes is { Inodes: > 0 } inodes ? Share(inodes.Inodes - inodes.InodesFree, inodes.Inodes) : null,
        };
    }

    private static double? Share(long part, long whole) => Sampling.Figures.Known(Sampling.Figures.Percent(part, whole));

    private void StartWorker()
    {
        _started = true;
        var worker = _worker;
        new Thread(() => Work(worker)) { IsBackground = true, Name = "filesystem probe" }.Start();
    }

    private void Work(int worker)
    {
        while (true)
        {
            _wake.Wait();
            Pass(worker);
            lock (_gate)
            {
                if (_disposed || worker != _worker)
                    return;
            }
        }
    }

    private void Pass(int worker)
    {
        List<Mount> mounts;
        lock (_gate)
        {
            if (_disposed)
                return;
            ReadTable();
            mounts = _mounts;
        }

        foreach (var mount in mounts)
        {
            lock (_gate)
            {
                if (_disposed || worker != _worker)
                    return;
                if (mount.Stuck)
                    continue;
                (_asking, _askedAt) = (mount, time.GetTimestamp());
            }

            var sizes = ask(mount.Path);
            lock (_gate)
            {
                mount.Sizes = sizes;
                mount.Stuck = false;
                if (worker != _worker)
                    return;
                _asking = null;
            }
        }
    }

    // Parsed only when it changed, so that an unchanged machine costs no allocation. Mounts that stay keep what is known of them.
    private void ReadTable()
    {
        if (!_table.TryRead(out var text))
        {
            _mounts = [];
            _lastTable = [];
            return;
        }

        if (text.SequenceEqual(_lastTable))
            return;
        _lastTable = text.ToArray();
        _mounts = Merge(_mounts, MountTable.Parse(text, paths));
    }

    private static List<Mount> Merge(List<Mount> known, List<Mount> listed) =>
        [.. listed.Select(mount => known.Find(old => old.Point == mount.Point && old.Source == mount.Source && old.ReadOnly == mount.ReadOnly) ?? mount)];
}
