using System.CommandLine;
using Patchbay.Client;

namespace Patchbay.Host.Client;

/// <summary>Where the server is and with which key: options every client command has.</summary>
internal sealed class ClientSettings
{
    private const string DefaultUrl = "http://127.0.0.1:8000";
    private const string SocketPath = "/api/mcp/ws";

    private readonly Option<string?> _url = new("--url") { Description = $"The server: its address, or that of its WebSocket. Default: PATCHBAY_URL, else {DefaultUrl}." };
    private readonly Option<string?> _key = new("--key") { Description = "The key. Other users of the machine can see it in the process list; PATCHBAY_KEY and --key-file are not seen." };
    private readonly Option<string?> _keyFile = new("--key-file") { Description = "A file with the key." };

    private readonly Option<string?> _caFile = new("--ca-file")
    {
        Description = "A PEM file of the certificates to trust, and no others. Default: PATCHBAY_CA_FILE for an address of https or wss, else whom the system trusts.",
    };

    public void AddTo(Command command)
    {
        command.Add(_url);
        command.Add(_key);
        command.Add(_keyFile);
        command.Add(_caFile);
    }

    /// <exception cref="UsageException">No key, something that is none, or a file of certificates that is none.</exception>
    public McpClientOptions Read(ParseResult parsed)
    {
        var uri = SocketOf(parsed.GetValue(_url) ?? Environment.GetEnvironmentVariable("PATCHBAY_URL") ?? DefaultUrl);
        var options = new McpClientOptions
        {
            Uri = uri,
            ApiKey = KeyOf(parsed),
            CaFile = parsed.GetValue(_caFile) ?? (uri.Scheme == "wss" && Environment.GetEnvironmentVariable("PATCHBAY_CA_FILE") is { Length: > 0 } file ? file : null),
            ClientName = "patchbay",
        };
        try
        {
            _ = new McpClient(options);
            return options;
        }
        catch (ArgumentException fault)
        {
            throw new UsageException(fault.Message);
        }
    }

    /// <summary>Takes an address of HTTP as well, and adds the path when there is none.</summary>
    public static Uri SocketOf(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var given) || given.Scheme is not ("http" or "https" or "ws" or "wss"))
            throw new UsageException($"--url {url} is no address such as {DefaultUrl}.");
        var made = new UriBuilder(given) { Scheme = given.Scheme is "https" or "wss" ? "wss" : "ws" };
        if (made.Path is "" or "/")
            made.Path = SocketPath;
        return made.Uri;
    }

    private string KeyOf(ParseResult parsed)
    {
        if (parsed.GetValue(_key) is { } key)
            return key;
        if (parsed.GetValue(_keyFile) is { } file)
        {
            try
            {
                return File.ReadAllText(file).Trim();
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                throw new UsageException($"The key file cannot be read: {fault.Message}");
            }
        }

        return Environment.GetEnvironmentVariable("PATCHBAY_KEY") is { Length: > 0 } fromEnvironment
            ? fromEnvironment
            : throw new UsageException("A key is needed: PATCHBAY_KEY, --key-file or --key.");
    }
}
