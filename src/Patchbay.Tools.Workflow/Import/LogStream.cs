using System.IO.Compression;

namespace Patchbay.Tools.Workflow.Import;

/// <summary>Unpacks a log that is gzip, whatever its name says: public logs are handed on as <c>.xes.gz</c>.</summary>
internal static class LogStream
{
    public static async ValueTask<Stream> OpenAsync(Stream log, CancellationToken cancellationToken)
    {
        if (!log.CanSeek)
            return log;
        var start = log.Position;
        var magic = new byte[2];
        var read = await log.ReadAtLeastAsync(magic, magic.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        log.Position = start;
        // RFC 1952 §2.3.1
        return read == magic.Length && magic[0] == 0x1F && magic[1] == 0x8B ? new GZipStream(log, CompressionMode.Decompress, leaveOpen: true) : log;
    }
}
