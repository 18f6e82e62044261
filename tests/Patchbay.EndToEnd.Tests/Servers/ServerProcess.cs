using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;

namespace Patchbay.EndToEnd.Tests.Servers;

/// <summary>A real server: a process of its own, on a port and a data directory of its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private const string Announcement = "Patchbay listens on ";

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri> _url = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;
    private readonly HttpClient _http = new();
    private readonly bool _ownsData;

    private ServerProcess(KeyTemplate keys, string data, bool ownsData, (string, string)[] settings)
    {
        Keys = keys;
        Data = data;
        _ownsData = ownsData;
        (string, string)[] environment =
        [
            ("PATCHBAY_API_KEY", TestServer.Key), ("Patchbay__DebugTools", "true"),
            ("Patchbay__RateLimit__MessagesPerMinute", "1000000000"), ("Patchbay__RateLimit__Penalties", "false"),
            ("Patchbay__Limits__ConnectionsPerKey", "10000"), ("Patchbay__Limits__ConnectionsPerAddress", "10000"), ("Patchbay__Limits__HandshakesPerMinutePerAddress", "1000000"),
            .. settings.Select(setting => (setting.Item1.StartsWith("Logging", StringComparison.Ordinal) || setting.Item1.StartsWith("PATCHBAY_", StringComparison.Ordinal) ? setting.Item1 : "Patchbay__" + setting.Item1, setting.Item2)),
        ];
        _process = HostProgram.Start(data, environment, "--urls", "http://127.0.0.1:0");
        _reading = Task.WhenAll(ReadAsync(_process.StandardOutput), ReadAsync(_process.StandardError));
    }

    /// <summary>The keys every server has beside <see cref="TestServer.Key"/>.</summary>
    public KeyTemplate Keys { get; }

    /// <summary>The data directory.</summary>
    public string Data { get; }

    /// <summary>Where it listens, as it said.</summary>
    public Uri Url => _url.Task.Result;

    /// <summary>All it has written to standard output and standard error.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Resident memory in bytes.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts a server; without further settings nothing but the contract's sizes limits a test.</summary>
    public static async Task<ServerProcess> StartAsync(params (string Name, string Value)[] settings)
    {
        var keys = await KeyTemplate.GetAsync();
        var data = Directory.CreateTempSubdirectory("patchbay-e2e-").FullName;
        keys.CopyTo(data);
        return await StartOnAsync(data, ownsData: true, settings);
    }

    /// <summary>Starts a server on the data directory of another that has ended.</summary>
    public static async Task<ServerProcess> StartOnAsync(string data, bool ownsData, params (string Name, string Value)[] settings)
    {
        var server = new ServerProcess(await KeyTemplate.GetAsync(), data, ownsData, settings);
        await server._url.Task.Bounded();
        return server;
    }

    /// <summary>The lines of the audit log.</summary>
    public string[] AuditLines()
    {
        using var file = new StreamReader(new FileStream(Path.Combine(Data, "audit.jsonl"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        return file.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>Asks an endpoint.</summary>
    /// <param name="path">Path and query.</param>
    /// <param name="key">The key, or null.</param>
    /// <param name="forwardedFor">The address a trusted proxy would tell, or null.</param>
    public async Task<(int Status, JsonObject Body)> GetAsync(string path, string? key = TestServer.Key, string? forwardedFor = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Url, path));
        if (key is not null)
            request.Headers.Add("X-API-Key", key);
        if (forwardedFor is not null)
            request.Headers.Add("X-Forwarded-For", forwardedFor);
        using var answer = await _http.SendAsync(request).Bounded();
        var text = await answer.Content.ReadAsStringAsync();
        Evidence.Keep($"GET {path}", text);
        return ((int)answer.StatusCode, JsonNode.Parse(text)!.AsObject());
    }

    /// <summary>Violations so far, by type, as the report tells.</summary>
    public async Task<SortedDictionary<string, long>> ViolationsAsync()
    {
        var (_, report) = await GetAsync("/api/mcp/diagnostics");
        var types = report["error_summary"]!["violation_types"]!.AsObject().Select(type => KeyValuePair.Create(type.Key, (long)type.Value!));
        return new SortedDictionary<string, long>(types.ToDictionary(), StringComparer.Ordinal);
    }

    /// <summary>Ends it in an orderly way, as an operator does.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync()
    {
        await SignalAsync("TERM");
        await _process.WaitForExitAsync().Bounded();
        await _reading.Bounded();
        return _process.ExitCode;
    }

    /// <summary>Sends it a signal, for example <c>HUP</c>.</summary>
    public async Task SignalAsync(string name)
    {
        using var kill = Process.Start("kill", ["-" + name, _process.Id.ToString()]);
        await kill.WaitForExitAsync().Bounded();
    }

    /// <summary>Ends it as a crash does; the data directory stays.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().Bounded();
        await _reading.Bounded();
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            // What it has written so far is all on its way: the log is written through, the audit log within a second. One that is stopping answers no more.
            try
            {
                await GetAsync("/api/mcp/status");
            }
            catch (HttpRequestException)
            {
            }

            _process.Kill();
            await _process.WaitForExitAsync().Bounded();
        }

        await _reading.Bounded();
        Evidence.Keep("standard output and error", Output);
        foreach (var file in Directory.GetFiles(Data, "audit*"))
            Evidence.Keep(Path.GetFileName(file), await File.ReadAllTextAsync(file));
        _http.Dispose();
        _process.Dispose();
        if (_ownsData)
            Directory.Delete(Data, recursive: true);
    }

    private async Task ReadAsync(StreamReader reader)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            lock (_output)
                _output.AppendLine(line);
            if (line.StartsWith(Announcement, StringComparison.Ordinal))
                _url.TrySetResult(new Uri(line[Announcement.Length..]));
        }

        _url.TrySetException(new InvalidOperationException($"The server ended before it listened:\n{Output}"));
    }
}
