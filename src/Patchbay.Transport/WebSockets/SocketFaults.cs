namespace Patchbay.Transport.WebSockets;

/// <summary>How a socket says that it is gone.</summary>
internal static class SocketFaults
{
    /// <summary>Whether an exception means a lost or aborted connection and nothing else.</summary>
    public static bool IsExpected(Exception fault) =>
        fault is IOException or OperationCanceledException or ObjectDisposedException;
}
