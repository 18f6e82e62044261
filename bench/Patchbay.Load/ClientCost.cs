using System.Text.Json;
using Patchbay.Client;

namespace Patchbay.Load;

/// <summary>What a call costs the process that makes it: the C# client beside a bare <see cref="System.Net.WebSockets.ClientWebSocket"/>.</summary>
internal static class ClientCost
{
    private const int InFlight = 32;
    private const int TextCharacters = 200;

    // A call with 200 characters and ids of six digits has 386 bytes, its answer 409: the mean of the two.
    private const int MeanBytes = 398;

    public static void Run(Settings settings, Summary summary) => RunAsync(settings, summary).GetAwaiter().GetResult();

    private static async Task RunAsync(Settings settings, Summary summary)
    {
        using var server = Target.StartPatchbay("Patchbay", settings.Server);
        using var echo = Target.StartEcho("bare echo");
        using var bare = await BareClient.ConnectAsync(echo.Url, MeanBytes);
        await using var client = new McpClient(new McpClientOptions { Uri = new UriBuilder(server.Url) { Scheme = "ws" }.Uri, ApiKey = Target.Key });
        await client.ConnectAsync();
        await client.ListToolsAsync();

        Task<long> Calls(CancellationToken stop) => CallAsync(client, stop);
        Task<long> Messages(CancellationToken stop) => bare.RunAsync(InFlight, stop);
        var warmUp = TimeSpan.FromSeconds(settings.WarmUpSeconds);
        await ClientRound.MeasureAsync(Calls, warmUp);
        await ClientRound.MeasureAsync(Messages, warmUp);
        var ours = new ClientRound[settings.Rounds];
        var theirs = new ClientRound[settings.Rounds];
        var length = TimeSpan.FromSeconds(settings.RoundSeconds);
        for (var round = 0; round < settings.Rounds; round++)
        {
            ours[round] = await ClientRound.MeasureAsync(Calls, length);
            theirs[round] = await ClientRound.MeasureAsync(Messages, length);
        }

        Console.WriteLine($"## The C# client, {InFlight} calls in flight on one connection\n");
        Console.WriteLine("| client | CPU µs per call | bytes allocated per call | calls per second |");
        Console.WriteLine("| --- | ---: | ---: | ---: |");
        Print("Patchbay.Client to Patchbay", ours);
        Print("bare ClientWebSocket to the bare echo", theirs);
        Console.WriteLine();
        summary.Add("bytes the C# client allocates per call", Spread.Of(ours.Select(round => round.AllocatedBytes)).Text("N0"), "1,536");
        summary.Add("CPU of the C# client per call beside a bare ClientWebSocket", Spread.Of(ours.Zip(theirs, (a, b) => a.CpuMicroseconds / b.CpuMicroseconds)).Text("0.00"), "2.0");
    }

    private static async Task<long> CallAsync(McpClient client, CancellationToken stop)
    {
        var counts = await Task.WhenAll(Enumerable.Range(0, InFlight).Select(_ => Task.Run(() => LoopAsync(client, stop))));
        return counts.Sum();
    }

    private static async Task<long> LoopAsync(McpClient client, CancellationToken stop)
    {
        var text = new string('x', TextCharacters);
        var answered = 0L;
        while (!stop.IsCancellationRequested)
        {
            JsonElement result = await client.CallToolAsync("debug/echo", new { text }, null, CancellationToken.None);
            if (result.GetProperty("text").GetString()!.Length != TextCharacters)
                throw new InvalidOperationException("The answer is not what was sent.");
            answered++;
        }

        return answered;
    }

    private static void Print(string name, ClientRound[] rounds) => Console.WriteLine(string.Join(
        " | ",
        $"| {name}",
        Spread.Of(rounds.Select(round => round.CpuMicroseconds)).Text("0.00"),
        Spread.Of(rounds.Select(round => round.AllocatedBytes)).Text("N0"),
        Spread.Of(rounds.Select(round => round.PerSecond)).Text("N0") + " |"));
}
