using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Patchbay.Client;

namespace Patchbay.Host.Client;

/// <summary><c>call</c>, <c>tools</c> and <c>top</c>: what a terminal does with a running server, through the C# client like any other program.</summary>
internal static class ClientCommands
{
    /// <summary>Their names.</summary>
    public static readonly string[] Names = ["call", "tools", "top"];

    private static readonly JsonSerializerOptions Pretty = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="root">Where they are added.</param>
    /// <param name="json">The option all commands share.</param>
    public static void AddTo(Command root, Option<bool> json)
    {
        root.Add(CallCommand.Create(json));
        root.Add(ToolsCommand.Create(json));
        root.Add(TopCommand.Create(json));
    }

    /// <summary>Connects, does the work, closes; failures become an exit code and one line.</summary>
    public static async Task<int> RunAsync(
        ParseResult parsed, ClientSettings settings, bool asJson, Func<McpClient, CancellationToken, Task<int>> work, CancellationToken cancellationToken)
    {
        try
        {
            await using var client = new McpClient(settings.Read(parsed));
            await client.ConnectAsync(cancellationToken);
            return await work(client, cancellationToken);
        }
        catch (UsageException fault)
        {
            return await FailAsync(fault.Message, ExitCodes.Usage);
        }
        catch (McpException error)
        {
            if (asJson)
                Console.WriteLine(Line(ErrorObject(error)));
            return await FailAsync($"{error.Code}: {error.Message}{Faults(error)}", ExitCodes.Of(error));
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Interrupted;
        }
    }

    /// <summary>JSON on one line, for scripts.</summary>
    public static string Line(JsonNode value) => value.ToJsonString(OneLine);

    /// <summary>JSON for scripts on one line, or for people.</summary>
    public static string Text(JsonElement value, bool asJson) => JsonSerializer.Serialize(value, asJson ? OneLine : Pretty);

    /// <summary>Text of the server's, so that it cannot command the terminal.</summary>
    public static string Plain(string text) => string.Concat(text.Select(letter => char.IsControl(letter) && letter is not ('\n' or '\t') ? '\uFFFD' : letter));

    public static async Task<int> FailAsync(string message, int code)
    {
        await Console.Error.WriteLineAsync($"patchbay: {Plain(message)}");
        return code;
    }

    private static JsonObject ErrorObject(McpException error) => new()
    {
        ["error"] = new JsonObject
        {
            ["code"] = error.Code,
            ["message"] = error.Message,
            ["details"] = error.Details.DeepClone(),
            ["retryable"] = error.Retryable,
        },
    };

    private static string Faults(McpException error) =>
        error is McpInvalidParamsException invalid ? string.Concat(invalid.Errors.Select(fault => $"\n  {fault.Path}: {fault.Message}")) : "";
}
