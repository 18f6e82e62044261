using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Patchbay.EndToEnd.Tests.Telemetry;

/// <summary>A span as it came (opentelemetry-proto, trace/v1).</summary>
internal sealed record ReceivedSpan(string TraceId, string SpanId, string ParentId, string Name, ulong Kind, TimeSpan Duration, ulong StatusCode, IReadOnlyDictionary<string, string> Attributes);

/// <summary>A collector: takes OTLP/HTTP, or OTLP/gRPC over HTTP/2 without TLS, and keeps what it got.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    // A frame begins with whether it is compressed (1 byte) and its length (4, big-endian).
    private const int GrpcHeader = 5;

    private readonly ConcurrentQueue<(string Path, string Key, byte[] Body)> _requests = new();

    private OtlpReceiver(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single();

    /// <summary>The values of <c>X-API-Key</c> that came.</summary>
    public IEnumerable<string> Keys => _requests.Select(request => request.Key).Distinct();

    /// <summary>All spans so far.</summary>
    public IReadOnlyList<ReceivedSpan> Spans =>
    [
        .. from body in Bodies("/v1/traces")
           from resource in ProtobufReader.Each(body, 1)
           from scope in ProtobufReader.Each(resource, 2)
           from span in ProtobufReader.Each(scope, 2)
           select ReadSpan(span),
    ];

    /// <summary>The names of all metrics so far (metrics/v1: resource 1, scope 2, metric 2, name 1).</summary>
    public IReadOnlySet<string> Metrics =>
        (from body in Bodies("/v1/metrics")
         from resource in ProtobufReader.Each(body, 1)
         from scope in ProtobufReader.Each(resource, 2)
         from metric in ProtobufReader.Each(scope, 2)
         select Encoding.UTF8.GetString(ProtobufReader.Each(metric, 1).Single())).ToHashSet();

    /// <summary>The attributes of the resource of the first spans.</summary>
    public IReadOnlyDictionary<string, string> Resource => Attributes(ProtobufReader.Each(ProtobufReader.Each(Bodies("/v1/traces").First(), 1).First(), 1).Single(), 1);

    public static async Task<OtlpReceiver> StartAsync(bool isGrpc = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = isGrpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        var receiver = new OtlpReceiver(builder.Build());
        receiver._app.Run(isGrpc ? receiver.TakeGrpcAsync : receiver.TakeAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private IEnumerable<byte[]> Bodies(string path) => _requests.Where(request => request.Path == path).Select(request => request.Body);

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        _requests.Enqueue((context.Request.Path, context.Request.Headers["X-API-Key"].ToString(), body.ToArray()));
        // An empty Export…Response is an empty message.
        context.Response.ContentType = "application/x-protobuf";
    }

    // gRPC over HTTP/2: one frame each way, and the status in the trailers (grpc.io, PROTOCOL-HTTP2). What is not like that is not taken.
    private async Task TakeGrpcAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var frame = body.ToArray();
        var path = context.Request.Path.Value switch
        {
            "/opentelemetry.proto.collector.trace.v1.TraceService/Export" => "/v1/traces",
            "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export" => "/v1/metrics",
            _ => null,
        };
        var isWhole = frame.Length >= GrpcHeader && frame[0] == 0 && BinaryPrimitives.ReadInt32BigEndian(frame.AsSpan(1)) == frame.Length - GrpcHeader;
        if (path is null || !isWhole || context.Request is not { Method: "POST", Protocol: "HTTP/2", ContentType: "application/grpc" })
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }

        _requests.Enqueue((path, context.Request.Headers["X-API-Key"].ToString(), frame[GrpcHeader..]));
        context.Response.ContentType = "application/grpc";
        await context.Response.Body.WriteAsync(new byte[GrpcHeader]);
        context.Response.AppendTrailer("grpc-status", "0");
    }

    private static ReceivedSpan ReadSpan(byte[] span)
    {
        var fields = ProtobufReader.Read(span).ToLookup(field => field.Field);
        var status = fields[15].Select(field => ProtobufReader.Read(field.Bytes).Where(entry => entry.Field == 3).Select(entry => entry.Number).FirstOrDefault()).FirstOrDefault();
        return new ReceivedSpan(
            Hex(fields[1]), Hex(fields[2]), Hex(fields[4]), Encoding.UTF8.GetString(fields[5].Single().Bytes), fields[6].Single().Number,
            TimeSpan.FromTicks((long)(fields[8].Single().Number - fields[7].Single().Number) / 100), status, Attributes(span, 9));

        static string Hex(IEnumerable<(int Field, ulong Number, byte[] Bytes)> field) => Convert.ToHexStringLower(field.Select(entry => entry.Bytes).FirstOrDefault() ?? []);
    }

    // KeyValue: key 1, value 2; AnyValue: string_value 1.
    private static Dictionary<string, string> Attributes(byte[] message, int field) =>
        ProtobufReader.Each(message, field).ToDictionary(
            pair => Encoding.UTF8.GetString(ProtobufReader.Each(pair, 1).Single()),
            pair => Encoding.UTF8.GetString(ProtobufReader.Each(ProtobufReader.Each(pair, 2).Single(), 1).FirstOrDefault() ?? []));
}
