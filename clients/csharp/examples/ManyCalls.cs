namespace Patchbay.Client.Examples;

/// <summary>A pool and a batch.</summary>
internal static class ManyCalls
{
    public static async Task RunAsync(McpClientOptions options)
    {
        await using var pool = new McpClientPool(options, size: 2);
        await pool.ConnectAsync();

        string[] levels = ["basic", "detailed", "basic", "detailed"];
        var reports = await Task.WhenAll(levels.Select(level => pool.CallToolAsync("system/diagnostics", new { level })));
        Console.WriteLine($"pool: {string.Join(' ', reports.Select(report => report.GetProperty("level")))}");

        var outcomes = await pool.CallToolsAsync([new McpToolCall("system/diagnostics"), new McpToolCall("no/such/tool")]);
        foreach (var outcome in outcomes)
            Console.WriteLine($"batch: {outcome.Error?.Code ?? outcome.Result.GetProperty("status").GetString()}");

        Console.WriteLine($"connections: {pool.GetDiagnostics()["active_connections"]}");
    }
}
