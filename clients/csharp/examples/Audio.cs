using System.Buffers.Binary;

namespace Patchbay.Client.Examples;

/// <summary>A second of a tone, and what the server hears in it.</summary>
internal static class Audio
{
    private const int SampleRate = 16_000;

    public static async Task RunAsync(McpClientOptions options)
    {
        await using var client = new McpClient(options);
        await client.ConnectAsync();

        var report = await client.StreamAudioAsync(ToneAsync(), new McpAudioFormat(McpAudioCodec.S16Le, SampleRate, Channels: 1) { Label = "a tone" });
        Console.WriteLine($"frames: {report.GetProperty("frames")}");
        Console.WriteLine($"loudness: {report.GetProperty("quality").GetProperty("loudness").GetProperty("integrated_lufs")} LUFS");
    }

    // 440 Hz at half of full scale, in pieces of a tenth of a second.
    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> ToneAsync()
    {
        for (var start = 0; start < SampleRate; start += SampleRate / 10)
        {
            await Task.Yield();
            var piece = new byte[SampleRate / 10 * 2];
            for (var i = 0; i < piece.Length / 2; i++)
                BinaryPrimitives.WriteInt16LittleEndian(piece.AsSpan(i * 2), (short)(16_384 * Math.Sin(2 * Math.PI * 440 * (start + i) / SampleRate)));
            yield return piece;
        }
    }
}
