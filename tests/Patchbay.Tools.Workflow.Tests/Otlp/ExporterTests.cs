using System.Diagnostics;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Patchbay.Tools.Workflow.Otlp;
using Patchbay.Tools.Workflow.Tests.Testing;

namespace Patchbay.Tools.Workflow.Tests.Otlp;

/// <summary>The OpenTelemetry .NET exporter against the receiver behind a real web server.</summary>
public sealed class ExporterTests
{
    [Fact]
    public async Task What_the_real_exporter_sends_is_understood()
    {
        using var room = new WorkflowRoom("sqlite");
        room.Clock.Now = TimeProvider.System.GetUtcNow();
        using var receiver = new OtlpTraceReceiver(room.Store, room.Options, NullLogger<OtlpTraceReceiver>.Instance);
        await using var server = await StartAsync(receiver);
        using var source = new ActivitySource("exporter-test");
        string traceId;
        using (var provider = Sdk.CreateTracerProviderBuilder()
            .AddSource(source.Name)
            .ConfigureResource(resource => resource.AddService("warehouse", serviceVersion: "1.2.3"))
            .AddOtlpExporter(options =>
            {
                options.Protocol = OtlpExportProtocol.HttpProtobuf;
                options.Endpoint = new Uri($"{server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()}/v1/traces");
            })
            .Build())
        {
            using (var root = source.StartActivity("pick order", ActivityKind.Server)!)
            {
                traceId = root.TraceId.ToHexString();
                using (var step = source.StartActivity("reserve")!)
                    step.SetTag("count", 3).SetTag("ratio", 0.5).SetTag("fast", true).SetTag("names", new[] { "a", "b" });
                using var failing = source.StartActivity("pack")!;
                failing.AddException(new InvalidOperationException("no boxes"));
                failing.SetStatus(ActivityStatusCode.Error, "no boxes");
            }

            Assert.True(provider.ForceFlush(10_000));
        }

        var result = await room.AnalyzeAsync(new { workflow_id = "warehouse pick order" });
        var run = (await room.AnalyzeAsync(new { workflow_id = traceId })).GetProperty("run");

        Assert.Equal(1, result.GetProperty("summary").GetProperty("executions").GetProperty("total").GetInt32());
        Assert.Equal("1.2.3", run.GetProperty("version").GetString());
        var steps = run.GetProperty("steps").EnumerateArray().ToList();
        Assert.Equal(["reserve", "pack"], steps.Select(step => step.GetProperty("name").GetString()!));
        var attributes = steps[0].GetProperty("attributes");
        Assert.Equal("""{"count":3,"ratio":0.5,"fast":true,"names":["a","b"]}""", attributes.GetRawText());
        Assert.Equal(("failed", "System.InvalidOperationException", "no boxes"),
            (steps[1].GetProperty("status").GetString(), steps[1].GetProperty("error_type").GetString(), steps[1].GetProperty("error_message").GetString()));
    }

    /// <summary>The body was caught from the exporter by Data/javascript-exporter.mjs.</summary>
    [Fact]
    public async Task What_the_JavaScript_exporter_sends_is_understood()
    {
        using var room = new WorkflowRoom();
        using var receiver = new OtlpTraceReceiver(room.Store, room.Options, NullLogger<OtlpTraceReceiver>.Instance);
        await using var body = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Data", "javascript-exporter.json"));

        var response = await receiver.ReceiveAsync("application/json", null, body, CancellationToken.None);

        Assert.Equal((200, "{}"), (response.StatusCode, System.Text.Encoding.UTF8.GetString(response.Body.Span)));
        var result = await room.AnalyzeAsync(new { workflow_id = "storefront GET /cart", time_range = new { from = 1_700_000_000_000_000_000, to = 1_700_000_001_000_000_000 } });
        Assert.Equal(0.6, result.GetProperty("durations_s").GetProperty("max").GetDouble());
        var steps = result.GetProperty("steps").EnumerateArray().ToDictionary(step => step.GetProperty("name").GetString()!, step => step.GetProperty("running_s").GetProperty("p50").GetDouble());
        Assert.Equal(new Dictionary<string, double> { ["load items"] = 0.3, ["price"] = 0.1 }, steps);
        Assert.Equal("TypeError", result.GetProperty("errors")[0].GetProperty("type").GetString());
        // Own time up to the first child and after the last: 0.1 s each.
        var sections = result.GetProperty("critical_path").GetProperty("exemplars")[0].GetProperty("sections").EnumerateArray();
        Assert.Equal(
            [("(execution)", 0.1), ("load items", 0.3), ("price", 0.1), ("(execution)", 0.1)],
            sections.Select(section => (section.GetProperty("step").GetString()!, section.GetProperty("seconds").GetDouble())));
    }

    private static async Task<WebApplication> StartAsync(OtlpTraceReceiver receiver)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapPost("/v1/traces", async (HttpContext context) =>
        {
            var response = await receiver.ReceiveAsync(context.Request.ContentType, context.Request.Headers.ContentEncoding, context.Request.Body, context.RequestAborted);
            context.Response.StatusCode = response.StatusCode;
            context.Response.ContentType = response.ContentType;
            await context.Response.Body.WriteAsync(response.Body, context.RequestAborted);
        });
        await app.StartAsync();
        return app;
    }
}
