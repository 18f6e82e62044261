using Patchbay.Client;
using Patchbay.Client.Examples;

// dotnet run --project clients/csharp/examples -- NAME ws://127.0.0.1:8000/api/mcp/ws YOUR-KEY
if (args is not [var name, var address, var key])
{
    Console.Error.WriteLine("usage: NAME ADDRESS KEY; NAME is quickstart, resilience, many-calls or audio");
    return 2;
}

var options = new McpClientOptions { Uri = new Uri(address), ApiKey = key };
await (name switch
{
    "quickstart" => Quickstart.RunAsync(options),
    "resilience" => Resilience.RunAsync(options),
    "many-calls" => ManyCalls.RunAsync(options),
    "audio" => Audio.RunAsync(options),
    _ => throw new ArgumentException($"There is no example {name}.", nameof(args)),
});
return 0;
