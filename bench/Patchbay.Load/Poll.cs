using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Patchbay.Load;

/// <summary>poll(2): one thread waits for many sockets without a thread pool, a task or an allocation.</summary>
internal sealed partial class Poll
{
    private const short Readable = 1;
    private const int Interrupted = 4;

    private readonly Entry[] _entries;

    public Poll(IReadOnlyList<Connection> connections)
    {
        _entries = [.. connections.Select(connection => new Entry { Descriptor = (int)connection.Socket.Handle, Events = Readable })];
    }

    /// <summary>Waits until a socket has something to read, or the time is over.</summary>
    public void Wait(TimeSpan timeout)
    {
        if (Native(ref _entries[0], (nuint)_entries.Length, (int)timeout.TotalMilliseconds) < 0 && Marshal.GetLastPInvokeError() != Interrupted)
            throw new SocketException(Marshal.GetLastPInvokeError());
    }

    /// <summary>Whether a socket has something to read, or its end to tell.</summary>
    public bool IsReady(int index) => _entries[index].Returned != 0;

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Native(ref Entry entries, nuint count, int timeoutMs);

    [StructLayout(LayoutKind.Sequential)]
    private struct Entry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
