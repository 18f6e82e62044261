namespace Patchbay.Client.Examples;

/// <summary>Connect, call a tool, read the diagnostics.</summary>
internal static class Quickstart
{
    public static async Task RunAsync(McpClientOptions options)
    {
        await using var client = new McpClient(options);
        await client.ConnectAsync();

        var report = await client.CallToolAsync("system/diagnostics", new { level = "basic" });
        Console.WriteLine($"status: {report.GetProperty("status")}");
        foreach (var tool in await client.ListToolsAsync())
            Console.WriteLine($"tool: {tool.Name}{(tool.Annotations.ReadOnly ? " (read-only)" : "")}");
        Console.WriteLine($"messages: {client.GetDiagnostics()["message_counts"]!.ToJsonString()}");
    }
}
