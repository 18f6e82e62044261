using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Patchbay.Testing;

namespace Patchbay.Client.Tests.Servers;

/// <summary>The executable as a server of its own, with every tool, and its commands.</summary>
internal sealed class HostProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _data;
    private readonly bool _ownsData;
    private readonly string _start;
    private readonly Task<string> _output;

    private HostProcess(Process process, string data, bool ownsData, string start, Uri url)
    {
        _start = start;
        // A full pipe would stop the server.
        _output = process.StandardOutput.ReadToEndAsync();
        _process = process;
        _data = data;
        _ownsData = ownsData;
        Url = url;
    }

    public Uri Url { get; }

    private static string Executable { get; } = Repository.At("src", "Patchbay.Host", "bin", "Release", "net10.0", "Patchbay.Host.dll");

    public static Task<HostProcess> StartAsync() => StartAsync(Directory.CreateTempSubdirectory("patchbay-client-").FullName, ownsData: true, "http://127.0.0.1:0");

    /// <summary>Starts one that speaks TLS with this certificate and its key, both as PEM.</summary>
    public static Task<HostProcess> StartWithTlsAsync((string Certificate, string Key) identity)
    {
        var data = Directory.CreateTempSubdirectory("patchbay-client-").FullName;
        var (file, keyFile) = (Path.Combine(data, "certificate.pem"), Path.Combine(data, "key.pem"));
        File.WriteAllText(file, identity.Certificate);
        File.WriteAllText(keyFile, identity.Key);
        return StartAsync(
            data, ownsData: true, "https://127.0.0.1:0", ("Kestrel__Certificates__Default__Path", file), ("Kestrel__Certificates__Default__KeyPath", keyFile));
    }

    /// <summary>Starts another on the data and the port of this one, which was killed.</summary>
    public Task<HostProcess> RestartAsync() => StartAsync(_data, ownsData: false, Url.ToString());

    /// <summary>Runs a command as a user does, with the key in the environment.</summary>
    public Task<CommandOutcome> CommandAsync(string? input, params string[] arguments) => RunAsync(input, TestServer.Key, [.. arguments, "--url", Url.ToString()]);

    /// <summary>The same, with more in the environment.</summary>
    public Task<CommandOutcome> CommandWithAsync((string Name, string Value)[] environment, string[] arguments) =>
        RunAsync(null, [("PATCHBAY_KEY", TestServer.Key), .. environment], [.. arguments, "--url", Url.ToString()]);

    /// <summary>Runs a command on a terminal of its own (script(1) makes one); what it writes and what is typed are the process's.</summary>
    public Process OnTerminal(params string[] arguments)
    {
        // exec: a shell that stayed between would be ended by Ctrl-C itself, and tell its own end.
        var line = string.Join(' ', ["exec dotnet", Executable, .. arguments, "--url", Url.ToString()]);
        var start = new ProcessStartInfo("script", ["-qec", line, "/dev/null"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["PATCHBAY_KEY"] = TestServer.Key;
        return Process.Start(start)!;
    }

    public static Task<CommandOutcome> RunAsync(string? input, string? key, params string[] arguments) =>
        RunAsync(input, key is null ? [] : [("PATCHBAY_KEY", key)], arguments);

    public static async Task<CommandOutcome> RunAsync(string? input, (string Name, string Value)[] environment, string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Executable, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("PATCHBAY_KEY");
        start.Environment.Remove("PATCHBAY_CA_FILE");
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        if (input is not null)
            await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().Bounded();
        return new CommandOutcome(process.ExitCode, await output, await error);
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().Bounded();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await KillAsync();
        KeptOutput.WriteServer("csharp", _start + await _output.Bounded(), _data);
        _process.Dispose();
        if (_ownsData)
            Directory.Delete(_data, recursive: true);
    }

    private static async Task<HostProcess> StartAsync(string data, bool ownsData, string url, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("dotnet", [Executable, "--urls", url]) { WorkingDirectory = data, RedirectStandardOutput = true };
        start.Environment["PATCHBAY_API_KEY"] = TestServer.Key;
        start.Environment["Patchbay__DataDirectory"] = data;
        start.Environment["Patchbay__DebugTools"] = "true";
        start.Environment["Patchbay__RateLimit__MessagesPerMinute"] = "1000000";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start)!;
        const string Announcement = "Patchbay listens on ";
        var before = new StringBuilder();
        while (await process.StandardOutput.ReadLineAsync().WaitAsync(Patience.Limit) is { } line)
        {
            before.AppendLine(line);
            if (!line.StartsWith(Announcement, StringComparison.Ordinal))
                continue;
            return new HostProcess(process, data, ownsData, before.ToString(), new Uri(line[Announcement.Length..]));
        }

        throw new InvalidOperationException("The server ended before it listened.");
    }
}

/// <summary>What a command came to.</summary>
internal sealed record CommandOutcome(int ExitCode, string Output, string Error)
{
    public JsonNode Json => JsonNode.Parse(Output)!;

    public JsonNode[] Lines => [.. Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];
}
