namespace Patchbay.Tools.System.Sampling;

/// <summary>Figures of the server's own process that depend on the system; -1 for what is not known.</summary>
internal interface IProcessFacts
{
    /// <summary>Resident memory.</summary>
    long RssBytes();

    /// <summary>Threads, the runtime's and all others.</summary>
    long Threads();

    /// <summary>Open file descriptors.</summary>
    long FileDescriptors();
}
