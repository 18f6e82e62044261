namespace Patchbay.Client.Examples;

/// <summary>What happens when things go wrong: states, local diagnostics, typed errors, a safe repetition.</summary>
internal static class Resilience
{
    private sealed record Performance(Cpu Cpu);

    private sealed record Cpu(double? Percent);

    public static async Task RunAsync(McpClientOptions options)
    {
        await using var client = new McpClient(options with { ReconnectMaxAttempts = 20 });
        client.StateChanged += (_, state) => Console.WriteLine($"state: {state}");
        client.DiagnosticReceived += (_, told) => Console.WriteLine($"{told.Component}: {told.Level}: {told.Message}");
        await client.ConnectAsync();

        try
        {
            await client.CallToolAsync("system/performance", new { interval = 0 });
        }
        catch (McpInvalidParamsException error)
        {
            Console.WriteLine($"invalid: {error.Errors[0].Path}");
        }

        try
        {
            // With a key the server runs the call once, however often it has to be sent.
            var how = new McpCallOptions { Timeout = TimeSpan.FromSeconds(20), IdempotencyKey = "sample-1" };
            var result = await client.CallToolAsync<Performance>("system/performance", new { interval = 1 }, how);
            Console.WriteLine($"cpu: {result.Cpu.Percent} %");
        }
        catch (McpToolTimeoutException)
        {
            Console.WriteLine("too slow");
        }
        catch (McpConnectionLostException error)
        {
            Console.WriteLine($"lost; the outcome is {error.Outcome}");
        }
        catch (McpException error)
        {
            Console.WriteLine($"{error.Code} {error.Message} {(error.Retryable ? "retryable" : "final")}");
        }
    }
}
