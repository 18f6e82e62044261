using System.CommandLine;
using System.Text.Json.Nodes;
using Patchbay.Client;

namespace Patchbay.Host.Client;

/// <summary><c>tools</c>.</summary>
internal static class ToolsCommand
{
    public static Command Create(Option<bool> json)
    {
        var settings = new ClientSettings();
        var command = new Command("tools", "List the tools of a running server that the key may call; with --json their schemas too. Exit codes as of call.");
        settings.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var asJson = parsed.GetValue(json);
            return ClientCommands.RunAsync(parsed, settings, asJson, async (client, token) =>
            {
                var tools = await client.ListToolsAsync(token);
                if (asJson)
                    Console.WriteLine(ClientCommands.Line(new JsonObject { ["tools"] = new JsonArray([.. tools.Select(View)]) }));
                else
                    Print(tools);
                return ExitCodes.Done;
            }, cancellationToken);
        });
        return command;
    }

    private static void Print(IReadOnlyList<McpTool> tools)
    {
        var width = tools.Select(tool => tool.Name.Length).DefaultIfEmpty().Max();
        foreach (var tool in tools)
            Console.WriteLine(ClientCommands.Plain($"{tool.Name.PadRight(width)}  {tool.Title}"));
    }

    private static JsonNode View(McpTool tool) => new JsonObject
    {
        ["name"] = tool.Name,
        ["title"] = tool.Title,
        ["description"] = tool.Description,
        ["input_schema"] = JsonNode.Parse(tool.InputSchema.GetRawText()),
        ["output_schema"] = tool.OutputSchema is { } schema ? JsonNode.Parse(schema.GetRawText()) : null,
        ["annotations"] = new JsonObject
        {
            ["readOnlyHint"] = tool.Annotations.ReadOnly,
            ["idempotentHint"] = tool.Annotations.Idempotent,
            ["destructiveHint"] = tool.Annotations.Destructive,
            ["longRunningHint"] = tool.Annotations.LongRunning,
        },
    };
}
