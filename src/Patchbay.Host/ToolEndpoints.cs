using System.Text.Json;
using Patchbay.AspNetCore;
using Patchbay.Protocol.Errors;
using Patchbay.Tools;
using Patchbay.Tools.Audio.Reports;
using Patchbay.Tools.Audio.Wav;
using Patchbay.Tools.Workflow.Otlp;

namespace Patchbay.Host;

/// <summary>The doors that tools have of their own, beside the WebSocket.</summary>
internal static class ToolEndpoints
{
    private const long MaxWavBytes = 1L << 30;

    public static void MapToolEndpoints(this WebApplication app)
    {
        var receiver = app.Services.GetRequiredService<OtlpTraceReceiver>();
        // The receiver has the one limit, packed or not, and answers in the sender's own format; the web server would cut the connection while the sender still writes.
        app.MapScoped(HttpMethods.Post, "/v1/traces", "workflow", long.MaxValue, context => ReceiveTracesAsync(context, receiver));
        var analyzer = app.Services.GetRequiredService<WavAnalyzer>();
        app.MapScoped(HttpMethods.Post, "/api/mcp/audio", "audio", MaxWavBytes, context => AnalyzeWavAsync(context, analyzer));
    }

    private static async Task ReceiveTracesAsync(HttpContext context, OtlpTraceReceiver receiver)
    {
        var answer = await receiver.ReceiveAsync(context.Request.ContentType, context.Request.Headers.ContentEncoding, context.Request.ContentLength, context.Request.Body, context.RequestAborted);
        context.Response.StatusCode = answer.StatusCode;
        if (answer.RetryAfterSeconds is { } seconds)
            context.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
        context.Response.ContentType = answer.ContentType;
        await context.Response.Body.WriteAsync(answer.Body, context.RequestAborted);
    }

    private static async Task AnalyzeWavAsync(HttpContext context, WavAnalyzer analyzer)
    {
        var result = await analyzer.AnalyzeAsync(context.Request.Body, context.RequestAborted);
        if (result.Error is { } error)
        {
            await WriteErrorAsync(context, error);
            return;
        }

        context.Response.ContentType = "application/json; charset=utf-8";
        await JsonSerializer.SerializeAsync(context.Response.Body, result.Value!, ToolJson.TypeInfo<AudioReport>(), context.RequestAborted);
    }

    private static Task WriteErrorAsync(HttpContext context, ProtocolError error) => HttpErrors.WriteAsync(context, StatusCodes.Status400BadRequest, error);
}
