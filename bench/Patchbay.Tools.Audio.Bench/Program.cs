// How many live streams one core carries, and what a frame allocates. One thread feeds frames to the measurements of a stream as its worker does;
// the share of a core is CPU time over media time. Usage: dotnet run -c Release --project bench/Patchbay.Tools.Audio.Bench

using System.Diagnostics;
using Patchbay.Tools.Audio.Bench;
using Patchbay.Tools.Audio.Codecs;
using Patchbay.Tools.Audio.Streams;

// The runtime compiles code quickly first, profiles it and replaces it while it runs. A server lives for weeks: what counts is
// the code that stays, and what the first second carries is told beside it.
var warmUp = TimeSpan.FromSeconds(3);
var cold = StreamsInFirstSecond(new StreamFormat(AudioCodec.S16le, 16000, 1, 20));
Console.WriteLine("| stream | streams a core | share of a core | p50 frame | p99 frame | bytes a frame | memory a stream |");
Console.WriteLine("|---|---|---|---|---|---|---|");
Run("16 kHz mono s16le, 20 ms", new StreamFormat(AudioCodec.S16le, 16000, 1, 20));
Run("8 kHz mono µ-law, 20 ms", new StreamFormat(AudioCodec.Mulaw, 8000, 1, 20));
Run("48 kHz mono s16le, 20 ms", new StreamFormat(AudioCodec.S16le, 48000, 1, 20));
Run("48 kHz stereo f32le, 20 ms", new StreamFormat(AudioCodec.F32le, 48000, 2, 20));
Run("48 kHz 5.1 s24le, 20 ms", new StreamFormat(AudioCodec.S24le, 48000, 6, 20));
Console.WriteLine($"\nIn the first second of a new process, before its code is compiled for good, a core carries {cold:0} of the first.");
return;

static double StreamsInFirstSecond(StreamFormat format)
{
    var frames = Sound.Frames(format, seconds: 8);
    using var stream = new StreamMeasurements(format, Stopwatch.Frequency, -60);
    var began = Stopwatch.GetTimestamp();
    var fed = 0u;
    while (Stopwatch.GetElapsedTime(began) < TimeSpan.FromSeconds(1))
        fed = Feed(stream, frames, 1, [], fed);
    return fed * 0.020 / Stopwatch.GetElapsedTime(began).TotalSeconds;
}

void Run(string name, StreamFormat format)
{
    var frames = Sound.Frames(format, seconds: 8);
    using var warm = new StreamMeasurements(format, Stopwatch.Frequency, -60);
    var began = Stopwatch.GetTimestamp();
    for (var next = 0u; Stopwatch.GetElapsedTime(began) < warmUp;)
        next = Feed(warm, frames, 1, [], next);

    var before = GC.GetTotalMemory(forceFullCollection: true);
    using var stream = new StreamMeasurements(format, Stopwatch.Frequency, -60);
    // Past the first block of the delay history, which is where the rented buffers come from.
    var sequence = Feed(stream, frames, 21, []);
    var memory = GC.GetTotalMemory(forceFullCollection: true) - before;

    var times = new double[frames.Count * 10];
    using var process = Process.GetCurrentProcess();
    var cpu = process.TotalProcessorTime;
    var allocated = GC.GetAllocatedBytesForCurrentThread();
    Feed(stream, frames, 10, times, sequence);
    allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
    process.Refresh();
    cpu = process.TotalProcessorTime - cpu;

    Array.Sort(times);
    var share = cpu.TotalSeconds / (times.Length * 0.020);
    Console.WriteLine($"| {name} | {1 / share:0} | {share:P2} | {times[times.Length / 2] * 1e6:0} µs | {times[times.Length * 99 / 100] * 1e6:0} µs | {(double)allocated / times.Length:0.0} | {memory / 1024.0:0} KiB |");
}

static uint Feed(StreamMeasurements stream, IReadOnlyList<byte[]> frames, int times, double[] took, uint sequence = 0)
{
    for (var i = 0; i < times * frames.Count; i++, sequence++)
    {
        var start = Stopwatch.GetTimestamp();
        var arrival = (long)(sequence * 0.020 * Stopwatch.Frequency);
        stream.Take(new FrameHeader(false, 1, sequence, (ulong)(sequence * 0.020 * stream.Format.ClockRate)), frames[i % frames.Count], arrival);
        stream.Analyzed(0, 1000);
        if (i < took.Length)
            took[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
    return sequence;
}
