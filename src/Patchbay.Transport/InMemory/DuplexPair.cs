using System.IO.Pipelines;

namespace Patchbay.Transport.InMemory;

/// <summary>Two ends of one connection without a socket: what one writes the other reads.</summary>
public static class DuplexPair
{
    /// <summary>Makes a pair.</summary>
    /// <param name="bufferBytes">How much one end may write ahead of the other's reading.</param>
    public static (Stream Server, Stream Client) Create(int bufferBytes = 65_536)
    {
        var options = new PipeOptions(pauseWriterThreshold: bufferBytes, resumeWriterThreshold: bufferBytes / 2, useSynchronizationContext: false);
        var toServer = new Pipe(options);
        var toClient = new Pipe(options);
        return (new DuplexStream(toServer.Reader, toClient.Writer), new DuplexStream(toClient.Reader, toServer.Writer));
    }
}
