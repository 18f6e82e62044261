using Patchbay.Tools.Audio.Codecs;

namespace Patchbay.Tools.Audio.Tests.Codecs;

internal sealed class Collector : ISampleSink
{
    public List<float> Samples { get; } = [];

    public void Write(ReadOnlySpan<float> interleaved) => Samples.AddRange(interleaved.ToArray());
}
