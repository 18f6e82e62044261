using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Patchbay.EndToEnd.Tests.Servers;

namespace Patchbay.EndToEnd.Tests.Faults;

/// <summary>A real server that is started by another program: in namespaces of its own, where something can be broken that nobody else has.</summary>
internal sealed class StrickenServer : IAsyncDisposable
{
    private const string Announcement = "Patchbay listens on ";

    private readonly DirectoryInfo _data;
    private readonly Process _process;
    private readonly HttpClient _http = new() { DefaultRequestHeaders = { { "X-API-Key", TestServer.Key } } };
    private readonly StringBuilder _output = new();

    private StrickenServer(DirectoryInfo data, Process process)
    {
        _data = data;
        _process = process;
    }

    public int ProcessId => _process.Id;

    public Uri Url { get; private set; } = null!;

    /// <summary>Starts it.</summary>
    /// <param name="before">A shell script that prepares the fault and ends by running <c>"$@"</c> with exec; run by <paramref name="program"/>.</param>
    /// <param name="program">What the shell is started with, for example <c>unshare -m</c>.</param>
    /// <param name="settings">Settings of the server.</param>
    public static async Task<StrickenServer> StartAsync(string before, string[] program, params (string Name, string Value)[] settings)
    {
        var data = Directory.CreateTempSubdirectory("patchbay-fault-");
        var start = new ProcessStartInfo(program.FirstOrDefault() ?? "sh") { WorkingDirectory = data.FullName, RedirectStandardOutput = true, RedirectStandardError = true };
        string[] shell = ["sh", "-ec", before, "sh", "dotnet", HostProgram.Path, "--urls", "http://127.0.0.1:0"];
        foreach (var argument in program.Length == 0 ? shell.Skip(1) : program.Skip(1).Concat(shell))
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in settings.Append(("DataDirectory", data.FullName)).Append(("DebugTools", "true")).Append(("System__ReportMinimumGapMs", "0")))
            start.Environment["Patchbay__" + name] = value;
        start.Environment["PATCHBAY_API_KEY"] = TestServer.Key;
        var server = new StrickenServer(data, Process.Start(start)!);
        try
        {
            server.Url = await server.ReadUrlAsync().Bounded();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>A check of <c>GET /health/detail</c>.</summary>
    /// <param name="level">The level.</param>
    /// <param name="key">Its key there, <c>component:measurement</c>.</param>
    public async Task<(int Status, string? Overall, JsonObject Check)> CheckAsync(string level, string key)
    {
        using var answer = await _http.GetAsync(new Uri(Url, "/health/detail?level=" + level)).Bounded();
        Assert.Equal("application/health+json", answer.Content.Headers.ContentType?.MediaType);
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        return ((int)answer.StatusCode, (string?)body["status"], Assert.Single(body["checks"]![key]!.AsArray())!.AsObject());
    }

    /// <summary>Waits until a check has come to a verdict.</summary>
    public async Task<(int Status, string? Overall, JsonObject Check)> VerdictAsync(string level, string key, string status)
    {
        var started = TimeProvider.System.GetTimestamp();
        var found = await CheckAsync(level, key);
        while ((string?)found.Check["status"] != status)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(started) < Patience.Limit, found.Check.ToJsonString());
            found = await CheckAsync(level, key);
        }

        return found;
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync().Bounded();
        _http.Dispose();
        _process.Dispose();
        _data.Delete(recursive: true);
    }

    private async Task<Uri> ReadUrlAsync()
    {
        var errors = _process.StandardError.ReadToEndAsync();
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            _output.AppendLine(line);
            if (!line.StartsWith(Announcement, StringComparison.Ordinal))
                continue;
            // Read on: a full pipe would stop the server.
            _ = _process.StandardOutput.ReadToEndAsync();
            return new Uri(line[Announcement.Length..]);
        }

        throw new InvalidOperationException($"It ended before it listened:\n{_output}{await errors}");
    }
}
