using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Patchbay.EndToEnd.Tests.Telemetry;

/// <summary>A real Prometheus that scrapes one target every second.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private const int Attempts = 5;

    private readonly DirectoryInfo _directory;
    private readonly Process _process;
    private readonly HttpClient _http;

    private PrometheusServer(DirectoryInfo directory, Process process, int port)
    {
        _directory = directory;
        _process = process;
        _http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
    }

    /// <summary>Starts it; rules are the ones of the repository.</summary>
    public static async Task<PrometheusServer> StartAsync(Uri target)
    {
        var directory = Directory.CreateTempSubdirectory("patchbay-prometheus-");
        await File.WriteAllTextAsync(Path.Combine(directory.FullName, "prometheus.yml"), $$"""
            global: { scrape_interval: 1s, evaluation_interval: 1s }
            rule_files: ["{{Repository.At("deploy", "prometheus", "alerts.yml")}}"]
            scrape_configs:
              - job_name: patchbay
                static_configs: [ { targets: ["{{target.Authority}}"] } ]
            """);
        // It does not tell which port it got, so it is given a free one; somebody else may be quicker.
        for (var attempt = 1; ; attempt++)
        {
            var port = FreePort();
            var server = new PrometheusServer(directory, Start(directory.FullName, port), port);
            if (await server.IsReadyAsync())
                return server;
            await server.EndAsync();
            if (attempt == Attempts)
                throw new InvalidOperationException("Prometheus did not start.");
        }
    }

    /// <summary>Asks with a PromQL expression.</summary>
    /// <returns>The status of the API, and the result's elements.</returns>
    public async Task<(string? Status, JsonArray Result)> QueryAsync(string expression)
    {
        using var answer = await _http.GetAsync("/api/v1/query?query=" + Uri.EscapeDataString(expression)).Bounded();
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        return ((string?)body["status"], body["data"]?["result"] as JsonArray ?? []);
    }

    /// <summary>Waits until an expression has this single value.</summary>
    public async Task BecomesAsync(string expression, string value)
    {
        var started = TimeProvider.System.GetTimestamp();
        string? seen = null;
        while (seen != value)
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience.Limit)
                throw new TimeoutException($"{expression} is {seen}, not {value}");
            seen = (await QueryAsync(expression)).Result is [{ } only] ? (string?)only["value"]![1] : null;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await EndAsync();
        _directory.Delete(recursive: true);
    }

    private static Process Start(string directory, int port) => Process.Start(new ProcessStartInfo(
        "prometheus",
        [
            $"--config.file={directory}/prometheus.yml", $"--storage.tsdb.path={directory}/data-{port}", $"--web.listen-address=127.0.0.1:{port}", "--log.level=error",
        ]))!;

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task<bool> IsReadyAsync()
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!_process.HasExited && TimeProvider.System.GetElapsedTime(started) < Patience.Limit)
        {
            try
            {
                using var answer = await _http.GetAsync("/-/ready").Bounded();
                if (answer.IsSuccessStatusCode)
                    return true;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }

        return false;
    }

    private async Task EndAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync().Bounded();
        _process.Dispose();
        _http.Dispose();
    }
}
