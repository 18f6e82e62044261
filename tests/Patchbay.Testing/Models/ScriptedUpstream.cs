using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Patchbay.Testing.Models;

/// <summary>An OpenAI-compatible server on a port of its own that does what its script says, well or badly.</summary>
public sealed class ScriptedUpstream : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, Func<UpstreamExchange, Task>[]> _scripts = new();
    private readonly ConcurrentQueue<UpstreamExchange> _exchanges = new();

    private ScriptedUpstream(WebApplication app) => _app = app;

    /// <summary>Where its API begins, <c>http://127.0.0.1:port/v1</c>.</summary>
    public Uri BaseUrl { get; private set; } = null!;

    /// <summary>Every request so far, lists of models among them.</summary>
    public IReadOnlyCollection<UpstreamExchange> All => _exchanges;

    /// <summary>The requests for completions.</summary>
    public IReadOnlyList<UpstreamExchange> Chats => [.. _exchanges.Where(exchange => exchange.Path == "chat/completions")];

    /// <summary>Starts one that lists the model <c>tiny</c> and answers as a good server does: <see cref="Chunk.Good"/>.</summary>
    public static async Task<ScriptedUpstream> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var upstream = new ScriptedUpstream(app);
        app.Run(context => upstream.AnswerAsync(new UpstreamExchange(context)));
        await app.StartAsync();
        upstream.BaseUrl = new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single() + "/v1");
        upstream.OnModels(exchange => exchange.JsonAsync("""{"object":"list","data":[{"id":"tiny","object":"model","created":1700000000,"owned_by":"tests"}]}"""));
        upstream.OnChat(exchange => exchange.EventsAsync([.. Chunk.Good]));
        return upstream;
    }

    /// <summary>What it does with requests for completions, one after the other; the last for all that follow.</summary>
    public void OnChat(params Func<UpstreamExchange, Task>[] script) => _scripts["chat/completions"] = script;

    /// <summary>What it does when asked for its models.</summary>
    public void OnModels(params Func<UpstreamExchange, Task>[] script) => _scripts["models"] = script;

    /// <summary>What it does with requests for embeddings.</summary>
    public void OnEmbeddings(params Func<UpstreamExchange, Task>[] script) => _scripts["embeddings"] = script;

    /// <summary>Waits until so many requests for completions have come.</summary>
    /// <returns>The last of them.</returns>
    public async Task<UpstreamExchange> ChatAsync(int number = 1)
    {
        await Patience.UntilAsync(() => Chats.Count >= number, $"request {number} for a completion");
        return Chats[number - 1];
    }

    /// <summary>Stops listening; a connection is then refused.</summary>
    public Task StopAsync() => _app.StopAsync(new CancellationToken(canceled: true));

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private async Task AnswerAsync(UpstreamExchange exchange)
    {
        await exchange.ReadAsync();
        _exchanges.Enqueue(exchange);
        if (!_scripts.TryGetValue(exchange.Path, out var script))
        {
            await exchange.JsonAsync("""{"error":{"message":"no such path","type":"invalid_request_error","code":null}}""", 404);
            return;
        }

        var number = _exchanges.TakeWhile(other => other != exchange).Count(other => other.Path == exchange.Path);
        try
        {
            await script[Math.Min(number, script.Length - 1)](exchange);
        }
        catch (Exception fault) when (exchange.IsGone && fault is OperationCanceledException or IOException)
        {
            // The client has gone, or the script cut it off.
        }
    }
}
