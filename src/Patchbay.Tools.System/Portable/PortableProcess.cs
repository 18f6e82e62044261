using System.Diagnostics;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Portable;

/// <summary>The server's process as the runtime sees it.</summary>
internal sealed class PortableProcess : IProcessFacts
{
    public long RssBytes() => Environment.WorkingSet;

    public long Threads()
    {
        using var process = Process.GetCurrentProcess();
        return process.Threads.Count;
    }

    public long FileDescriptors() => -1;
}
