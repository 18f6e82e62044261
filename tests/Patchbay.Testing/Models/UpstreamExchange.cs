using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Patchbay.Testing.Models;

/// <summary>One request to a scripted upstream, and the pen for its answer.</summary>
public sealed class UpstreamExchange
{
    private readonly HttpContext _context;
    private readonly TaskCompletionSource _gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal UpstreamExchange(HttpContext context)
    {
        _context = context;
        Path = context.Request.Path.Value!["/v1/".Length..];
        Headers = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        context.RequestAborted.Register(_gone.SetResult);
    }

    /// <summary>The path behind <c>/v1/</c>.</summary>
    public string Path { get; }

    /// <summary>The headers of the request.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; }

    /// <summary>The body of the request; an empty object when there is none.</summary>
    public JsonObject Body { get; private set; } = [];

    /// <summary>Completes when the client's connection ends before the answer does.</summary>
    public Task Gone => _gone.Task;

    /// <summary>For a script that waits until its test lets it go on.</summary>
    public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whether it has.</summary>
    public bool IsGone => _gone.Task.IsCompleted;

    /// <summary>Answers with JSON.</summary>
    public Task JsonAsync(string json, int status = 200) => BodyAsync(Encoding.UTF8.GetBytes(json), "application/json", status);

    /// <summary>Answers with some bytes.</summary>
    public async Task BodyAsync(byte[] body, string? type, int status = 200)
    {
        _context.Response.StatusCode = status;
        _context.Response.ContentType = type;
        _context.Response.ContentLength = body.Length;
        await _context.Response.Body.WriteAsync(body, _context.RequestAborted);
    }

    /// <summary>Answers with a stream of events, whole.</summary>
    public async Task EventsAsync(params string[] data)
    {
        await BeginAsync();
        foreach (var item in data)
            await EventAsync(item);
    }

    /// <summary>Sets a header of the answer.</summary>
    public void Header(string name, string value) => _context.Response.Headers[name] = value;

    /// <summary>Sends the head of a stream of events.</summary>
    public Task BeginAsync(string? type = "text/event-stream; charset=utf-8", int status = 200)
    {
        _context.Response.StatusCode = status;
        _context.Response.ContentType = type;
        return _context.Response.StartAsync(_context.RequestAborted);
    }

    /// <summary>Sends an event.</summary>
    public Task EventAsync(string data) => RawAsync($"data: {data}\n\n");

    /// <summary>Sends text as it stands.</summary>
    public Task RawAsync(string text) => RawAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>Sends bytes as they stand.</summary>
    public async Task RawAsync(ReadOnlyMemory<byte> bytes)
    {
        await _context.Response.Body.WriteAsync(bytes, _context.RequestAborted);
        await _context.Response.Body.FlushAsync(_context.RequestAborted);
    }

    /// <summary>Cuts the connection off.</summary>
    public void Cut() => _context.Abort();

    internal async Task ReadAsync()
    {
        using var reader = new StreamReader(_context.Request.Body);
        var text = await reader.ReadToEndAsync(_context.RequestAborted);
        Body = text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject();
    }
}
