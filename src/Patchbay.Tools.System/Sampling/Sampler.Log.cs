using Microsoft.Extensions.Logging;

namespace Patchbay.Tools.System.Sampling;

/// <summary>What the sampler logs.</summary>
internal static partial class SamplerLog
{
    [LoggerMessage(EventId = 3000, Level = LogLevel.Warning, Message = "A sample of the machine's figures failed; the next follows in a second.")]
    public static partial void SampleFailed(ILogger logger, Exception fault);
}
