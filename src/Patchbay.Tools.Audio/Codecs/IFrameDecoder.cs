namespace Patchbay.Tools.Audio.Codecs;

/// <summary>Takes the payloads of one stream apart. One decoder a stream; not for concurrent use.</summary>
internal interface IFrameDecoder : IDisposable
{
    /// <summary>Samples a channel that a payload holds, or -1 when it is not a whole number of samples or no valid packet.</summary>
    int SamplesIn(ReadOnlySpan<byte> payload);

    /// <summary>Decodes a payload that <see cref="SamplesIn"/> has accepted and hands it on, interleaved, in pieces.</summary>
    /// <returns>How many samples were not numbers, infinite or absurd; each of them became 0.</returns>
    int Decode(ReadOnlySpan<byte> payload, ISampleSink sink);

    /// <summary>Fills in for a lost frame.</summary>
    /// <param name="samples">Samples a channel that are missing.</param>
    /// <param name="sink">Where they go.</param>
    void Conceal(int samples, ISampleSink sink);
}

/// <summary>Takes decoded audio.</summary>
internal interface ISampleSink
{
    /// <summary>Takes whole sample groups, interleaved.</summary>
    void Write(ReadOnlySpan<float> interleaved);
}
