using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Patchbay.Bench.Audio;
using Patchbay.Client;

namespace Patchbay.Load;

/// <summary>Live audio through the whole server: connections that each stream in real time to a server that has one core.</summary>
internal static class LiveAudio
{
    private const int FrameMilliseconds = 20;

    public static void Run(Settings settings, Summary summary) => RunAsync(settings, summary).GetAwaiter().GetResult();

    private static async Task RunAsync(Settings settings, Summary summary)
    {
        Console.WriteLine("## Live audio, everything measured, the server on one core\n");
        Console.WriteLine("| streams | format | CPU of the server's core | frames sent | not analysed | lost | received to analysed, p50 ms, mean | p99 ms, worst stream | resident KiB a stream |");
        Console.WriteLine("| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |");
        await MeasureAsync(settings, summary, 200, new McpAudioFormat(McpAudioCodec.S16Le, 16_000, 1), "16 kHz mono s16le");
        await MeasureAsync(settings, summary, 100, new McpAudioFormat(McpAudioCodec.S16Le, 48_000, 2), "48 kHz stereo s16le");
        Console.WriteLine();
    }

    private static async Task MeasureAsync(Settings settings, Summary summary, int count, McpAudioFormat format, string name)
    {
        using var server = Target.StartPatchbayOnOneCore("Patchbay", settings.Server);
        var clients = new McpClient[count];
        var streams = new McpAudioStream[count];
        var before = server.Resident;
        for (var i = 0; i < count; i++)
        {
            clients[i] = new McpClient(new McpClientOptions { Uri = new UriBuilder(server.Url) { Scheme = "ws" }.Uri, ApiKey = Target.Key });
            await clients[i].ConnectAsync();
            streams[i] = await clients[i].OpenAudioAsync(format);
        }

        var frames = Encode(format);
        var warm = await SendAsync(streams, frames, 0, TimeSpan.FromSeconds(settings.WarmUpSeconds + settings.SettleSeconds));
        var cpu = server.Cpu;
        var began = Stopwatch.GetTimestamp();
        var sent = await SendAsync(streams, frames, warm, TimeSpan.FromSeconds(settings.Rounds * settings.RoundSeconds));
        var share = (server.Cpu - cpu) / Stopwatch.GetElapsedTime(began);
        var each = (server.Resident - before) / 1024.0 / count;

        var reports = new JsonElement[count];
        for (var i = 0; i < count; i++)
        {
            reports[i] = await streams[i].CloseAsync();
            await clients[i].DisposeAsync();
        }

        var missing = reports.Sum(report => warm + sent - report.GetProperty("errors").GetProperty("received").GetInt64());
        var lost = reports.Sum(report => report.GetProperty("errors").GetProperty("lost").GetInt64());
        var p50 = reports.Average(report => Analysis(report, "p50"));
        var p99 = reports.Max(report => Analysis(report, "p99"));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"| {count} | {name} | {share:P0} | {(warm + sent) * count:N0} | {missing} | {lost} | {p50:0.00} | {p99:0.0} | {each:N0} |"));
        summary.Add(
            string.Create(CultureInfo.InvariantCulture, $"CPU of one core, {count} live streams, {name} ({missing} frames not analysed)"),
            share.ToString("P0", CultureInfo.InvariantCulture), "100 %, 0 frames");
    }

    private static double Analysis(JsonElement report, string rank) => report.GetProperty("latency").GetProperty("analysis_ms").GetProperty(rank).GetDouble();

    /// <summary>Sends to each stream a frame every 20 ms, the streams spread over that time as callers are; returns the frames each was sent.</summary>
    private static async Task<int> SendAsync(McpAudioStream[] streams, byte[][] frames, int from, TimeSpan length)
    {
        var began = Stopwatch.GetTimestamp();
        var all = (long)(length.TotalMilliseconds / FrameMilliseconds) * streams.Length;
        for (var next = 0L; next < all; next++)
        {
            var due = TimeSpan.FromMilliseconds(next * (double)FrameMilliseconds / streams.Length);
            while (Stopwatch.GetElapsedTime(began) < due)
                Thread.Sleep(1);
            await streams[next % streams.Length].SendAsync(frames[(int)((from + (next / streams.Length)) % frames.Length)]);
        }

        return (int)(all / streams.Length);
    }

    private static byte[][] Encode(McpAudioFormat format) =>
    [
        .. Voice.Frames(format.SampleRate, format.Channels, seconds: 8)
            .Select(frame => MemoryMarshal.AsBytes(frame.Select(value => (short)(32767 * value)).ToArray().AsSpan()).ToArray()),
    ];
}
