using Microsoft.Extensions.Options;
using Patchbay.Protocol.Errors;
using Patchbay.Tools.Audio.Reports;
using Patchbay.Tools.Audio.Streams;

namespace Patchbay.Tools.Audio.Wav;

/// <summary>Measures a WAVE file as it is read: PCM of 16 or 24 bits, 32-bit float, A-law or µ-law, 8 to 192 kHz, 1 to 8 channels, of any length.</summary>
public sealed class WavAnalyzer
{
    private readonly AudioOptions _options;

    /// <summary>Made by the service collection.</summary>
    public WavAnalyzer(IOptions<AudioOptions> options) => _options = options.Value;

    /// <summary>Reads a file to its end and measures it; memory does not grow with its length.</summary>
    /// <param name="stream">The file, read forwards only.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>
    /// The report of <c>audio/analyze</c> with <c>stream_id</c> null, or <c>INVALID_MESSAGE_FORMAT</c> with <c>details.field: "body"</c> when it is no
    /// WAVE file that can be read. A header that lies about the length is believed where the file agrees, and named in the findings.
    /// </returns>
    public async ValueTask<ToolResult<AudioReport>> AnalyzeAsync(Stream stream, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var (header, declared, error) = await WavHeader.ReadAsync(stream, cancellationToken).ConfigureAwait(false);
        if (error is not null)
            return error;
        var format = new StreamFormat(header!.Codec, header.SampleRate, header.Channels, null);
        var media = new MediaAnalyzer(format.Codec, format.SampleRate, format.Channels, _options.SilenceThresholdDbfs);
        using var decoder = format.CreateDecoder();
        var group = header.BytesPerSample * header.Channels;
        var buffer = new byte[64 * 1024 / group * group];
        long bytes = 0;
        var invalid = 0L;
        var rest = 0;
        while (bytes < (declared ?? long.MaxValue))
        {
            var room = (int)Math.Min(buffer.Length, (declared ?? long.MaxValue) - bytes);
            var read = await stream.ReadAtLeastAsync(buffer.AsMemory(0, room), room, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
            bytes += read;
            rest = read % group;
            invalid += decoder.Decode(buffer.AsSpan(0, read - rest), media);
            if (read < room)
                break;
        }
        if (media.Samples == 0)
            return ProtocolError.Format("body", "The file holds no samples.");
        media.Finish();
        media.Loudness.FinishFile(format.SampleRate / 100);
        return ReportBuilder.BuildFile(format, media, invalid, Remarks(declared, bytes, rest));
    }

    private static List<Finding> Remarks(long? declared, long bytes, int rest)
    {
        var remarks = new FindingList();
        if (declared > bytes)
        {
            remarks.Add(FindingSeverity.Warning, "The file is shorter than its header says", $"The header declares {declared} bytes of samples; {bytes} are there.", null, "high", "Look whether the upload or the recording was cut off.",
                ("declared_bytes", declared), ("found_bytes", bytes));
        }
        if (rest > 0)
            remarks.Add(FindingSeverity.Warning, "The file ends inside a sample", $"The last {rest} bytes are no whole sample of all channels and were left out.", null, "high", null, ("bytes", rest));
        return [.. remarks.Sorted];
    }
}
