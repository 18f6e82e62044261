using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Patchbay.Tools.Workflow.Otlp;

namespace Patchbay.Tools.Workflow.Bench;

/// <summary>Spans a second through the receiver into SQLite, one request after the other.</summary>
internal static class IngestBench
{
    private const int BatchSpans = 1_000;
    private const int Batches = 500;

    public static async Task RunAsync()
    {
        using var room = new BenchRoom();
        var receiver = room.Services.GetRequiredService<OtlpTraceReceiver>();
        var at = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1_000_000;
        var requests = Enumerable.Range(0, Batches).Select(batch => TraceBatch.Make(batch * (BatchSpans / 10), BatchSpans, at)).ToList();
        Console.WriteLine("| spans | seconds | CPU seconds | spans/s | spans per CPU second | stored bytes per span |");
        Console.WriteLine("| ---: | ---: | ---: | ---: | ---: | ---: |");
        // The first tenth warms up and is not counted.
        var warm = Batches / 10;
        await SendAsync(receiver, requests[..warm]);
        var watch = Stopwatch.StartNew();
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        await SendAsync(receiver, requests[warm..]);
        var seconds = watch.Elapsed.TotalSeconds;
        var cpuSeconds = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds;
        var spans = (Batches - warm) * BatchSpans;
        Console.WriteLine($"| {spans:N0} | {seconds:F2} | {cpuSeconds:F2} | {spans / seconds:N0} | {spans / cpuSeconds:N0} | {(double)room.StoredBytes / (Batches * BatchSpans):F0} |");
        Console.WriteLine();
    }

    private static async Task SendAsync(OtlpTraceReceiver receiver, IEnumerable<byte[]> requests)
    {
        foreach (var request in requests)
        {
            using var body = new MemoryStream(request);
            var response = await receiver.ReceiveAsync("application/x-protobuf", null, body, CancellationToken.None);
            if (response.StatusCode != 200 || !response.Body.IsEmpty)
                throw new InvalidOperationException($"The receiver answered {response.StatusCode}.");
        }
    }
}
