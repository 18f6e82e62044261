using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Patchbay.Client;

namespace Patchbay.Host.Client;

/// <summary><c>call TOOL [ARGUMENTS]</c>.</summary>
internal static class CallCommand
{
    public static Command Create(Option<bool> json)
    {
        var settings = new ClientSettings();
        var tool = new Argument<string>("TOOL") { Description = "The tool, for example system/performance." };
        var arguments = new Argument<string>("ARGUMENTS")
        {
            Description = "A JSON object, @FILE for one in a file, or - for standard input. Default: {}.",
            DefaultValueFactory = _ => "{}",
        };
        var timeout = new Option<double?>("--timeout") { Description = "Seconds the call may take, 0.001 to 300. Default: 30." };
        var stream = new Option<bool>("--stream") { Description = "Print chunks as they come, each on a line: as text, or with --json as {\"chunk\": …} and at the end {\"result\": …}." };
        var command = new Command("call", "Call a tool of a running server and print its result. Exit codes: 0 done, 1 it failed, 2 wrong command line, 3 no connection, 4 key refused, 5 out of time.")
        {
            tool, arguments, timeout, stream,
        };
        settings.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var asJson = parsed.GetValue(json);
            return ClientCommands.RunAsync(parsed, settings, asJson, async (client, token) =>
            {
                var given = await ReadAsync(parsed.GetValue(arguments)!, token);
                var options = new McpCallOptions { Timeout = Timeout(parsed.GetValue(timeout)) };
                if (parsed.GetValue(stream))
                    await StreamAsync(client.StreamToolAsync(parsed.GetValue(tool)!, given, options, token), asJson);
                else
                    Console.WriteLine(ClientCommands.Text(await client.CallToolAsync(parsed.GetValue(tool)!, given, options, token), asJson));
                return ExitCodes.Done;
            }, cancellationToken);
        });
        return command;
    }

    private static async Task StreamAsync(McpToolStream chunks, bool asJson)
    {
        await foreach (var chunk in chunks)
        {
            if (asJson)
                Console.WriteLine(ClientCommands.Line(new JsonObject { ["chunk"] = JsonNode.Parse(chunk.GetRawText()) }));
            else
                Console.WriteLine(chunk.ValueKind == JsonValueKind.String ? ClientCommands.Plain(chunk.GetString()!) : ClientCommands.Text(chunk, asJson: true));
        }

        if (asJson && chunks.Result is { } result)
            Console.WriteLine(ClientCommands.Line(new JsonObject { ["result"] = JsonNode.Parse(result.GetRawText()) }));
    }

    private static async Task<JsonElement> ReadAsync(string given, CancellationToken cancellationToken)
    {
        try
        {
            var text = given switch
            {
                "-" => await Console.In.ReadToEndAsync(cancellationToken),
                ['@', .. var file] => await File.ReadAllTextAsync(file, cancellationToken),
                _ => given,
            };
            var read = JsonElement.Parse(text);
            return read.ValueKind == JsonValueKind.Object ? read : throw new UsageException("ARGUMENTS must be a JSON object.");
        }
        catch (JsonException fault)
        {
            throw new UsageException($"ARGUMENTS is not JSON: {fault.Message}");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"ARGUMENTS cannot be read: {fault.Message}");
        }
    }

    private static TimeSpan? Timeout(double? seconds) => seconds switch
    {
        null => null,
        >= 0.001 and <= 300 => TimeSpan.FromSeconds(seconds.Value),
        _ => throw new UsageException("--timeout must be 0.001 to 300 seconds."),
    };
}
