using Microsoft.Extensions.Logging;

namespace Patchbay.Tools.Audio;

/// <summary>Log messages of the audio tools, events 5000 to 5099.</summary>
internal static partial class AudioLog
{
    [LoggerMessage(5000, LogLevel.Debug, "Audio stream {StreamId} opened: {Codec}, {SampleRate} Hz, {Channels} channels.")]
    public static partial void StreamOpened(ILogger logger, string streamId, string codec, int sampleRate, int channels);

    [LoggerMessage(5001, LogLevel.Debug, "Audio stream {StreamId} closed by {By} after {DurationS} s.")]
    public static partial void StreamClosed(ILogger logger, string streamId, string by, double durationS);

    [LoggerMessage(5002, LogLevel.Error, "Analysis of audio stream {StreamId} failed; the stream is closed.")]
    public static partial void StreamFailed(ILogger logger, Exception fault, string streamId);

    [LoggerMessage(5003, LogLevel.Information, "libopus was not found: Opus streams are refused.")]
    public static partial void NoOpus(ILogger logger);
}
