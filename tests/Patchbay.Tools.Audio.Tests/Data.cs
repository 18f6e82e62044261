using System.Buffers.Binary;

namespace Patchbay.Tools.Audio.Tests;

/// <summary>Files the tests read. <c>speech.wav</c> was spoken by espeak-ng, 16 kHz.</summary>
internal static class Data
{
    public static string Path(string name) => System.IO.Path.Combine(AppContext.BaseDirectory, "Data", name);

    public static float[] Speech()
    {
        var bytes = File.ReadAllBytes(Path("speech.wav")).AsSpan(44);
        var samples = new float[bytes.Length / 2];
        for (var i = 0; i < samples.Length; i++)
            samples[i] = BinaryPrimitives.ReadInt16LittleEndian(bytes[(2 * i)..]) / 32768f;
        return samples;
    }
}
