using System.Runtime.InteropServices;
using Patchbay.EndToEnd.Tests.Servers;
using Patchbay.Tools.Audio.Tests;

namespace Patchbay.EndToEnd.Tests.Audio;

/// <summary>A server that measures.</summary>
public sealed class AudioServer : ServerFixture;

/// <summary>Every case of EBU Tech 3341 and 3342 that can be synthesized, as binary frames over a real WebSocket, many times faster than real time.</summary>
public sealed class EbuTests(AudioServer fixture) : IClassFixture<AudioServer>
{
    private const int FrameMs = 20;

    public static TheoryData<string> Names => [.. EbuCase.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_case_of_the_EBU_holds_over_the_wire(string name)
    {
        var ebu = EbuCase.All[name]();
        using var peer = await AudioPeer.OpenAsync(fixture.Server);
        var opened = await peer.ResultAsync("audio/open", new { codec = "f32le", sample_rate = Signals.Rate, channels = ebu.Channels, frame_ms = FrameMs });
        var (stream, number) = ((string)opened["stream_id"]!, (ushort)(int)opened["stream_no"]!);
        var (sequence, captured) = (0u, 0ul);
        foreach (var part in ebu.Parts)
        {
            foreach (var frame in part.Samples.Chunk(Signals.Rate * FrameMs / 1000 * ebu.Channels))
            {
                await peer.SendAsync(number, sequence++, captured, MemoryMarshal.AsBytes(frame.AsSpan()));
                captured += (ulong)(frame.Length / ebu.Channels);
            }

            if (part.Figures.Length == 0)
                continue;
            var loudness = (await peer.ResultAsync("audio/analyze", new { stream_id = stream, metrics = new[] { "quality" } }))["quality"]!["loudness"]!;
            Assert.All(part.Figures, figure => Assert.InRange((double)loudness[figure]!, part.Expected - part.Below, part.Expected + part.Above));
        }

        var report = await peer.ResultAsync("audio/close", new { stream_id = stream });
        // Told to the microsecond.
        Assert.Equal(captured / (double)Signals.Rate, (double)report["duration_s"]!, 1e-6);
        Assert.Equal((sequence, 0, 0), ((uint)report["errors"]!["received"]!, (int)report["errors"]!["lost"]!, (int)report["errors"]!["invalid_samples"]!));
    }
}
