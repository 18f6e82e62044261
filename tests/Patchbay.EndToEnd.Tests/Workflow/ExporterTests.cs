using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Patchbay.EndToEnd.Tests.Servers;
using Sdk = OpenTelemetry.Sdk;

namespace Patchbay.EndToEnd.Tests.Workflow;

/// <summary>A server with a small limit for trace bodies.</summary>
public sealed class TracedServer : ServerFixture
{
    internal const int MaxBodyBytes = 50_000;

    protected override (string Name, string Value)[] Settings => [("Workflow__MaxBodyBytes", MaxBodyBytes.ToString())];
}

/// <summary><c>POST /v1/traces</c> of a real server, with the exporters third parties have.</summary>
public sealed class ExporterTests(TracedServer fixture) : IClassFixture<TracedServer>
{
    private ServerProcess Server => fixture.Server;

    private Uri Traces => new(Server.Url, "/v1/traces");

    [Requirement("PROTO-1-09")]
    [Fact]
    public async Task The_exporter_for_dotnet_is_understood()
    {
        using var source = new ActivitySource("exporter-test");
        string trace;
        using (var provider = Sdk.CreateTracerProviderBuilder()
            .AddSource(source.Name)
            .ConfigureResource(resource => resource.AddService("warehouse", serviceVersion: "1.2.3"))
            .AddOtlpExporter(options =>
            {
                options.Protocol = OtlpExportProtocol.HttpProtobuf;
                options.Endpoint = Traces;
                options.Headers = $"X-API-Key={TestServer.Key}";
            })
            .Build())
        {
            using (var root = source.StartActivity("pick order", ActivityKind.Server)!)
            {
                trace = root.TraceId.ToHexString();
                using var step = source.StartActivity("reserve")!;
                step.SetTag("count", 3).SetStatus(ActivityStatusCode.Error, "none left");
            }

            Assert.True(provider.ForceFlush((int)Patience.Limit.TotalMilliseconds));
        }

        using var peer = await Server.OpenAsync();
        var run = (await peer.CallAsync("workflow/analyze", $$"""{"workflow_id":"{{trace}}"}"""))["result"]!["run"]!;
        Assert.Equal("1.2.3", (string)run["version"]!);
        var only = Assert.Single(run["steps"]!.AsArray())!;
        Assert.Equal(("reserve", "failed", "none left", 3), ((string)only["name"]!, (string)only["status"]!, (string)only["error_message"]!, (int)only["attributes"]!["count"]!));
    }

    /// <summary>Protobuf and JSON, both packed by gzip.</summary>
    [Fact]
    public async Task The_exporters_for_JavaScript_are_understood()
    {
        Assert.SkipUnless(NodeProject.HasNpm, "npm is not installed");
        using var project = await NodeProject.InstallAsync(Repository.At("tests", "Patchbay.EndToEnd.Tests", "Workflow", "Exporters"));
        using var peer = await Server.OpenAsync();
        foreach (var kind in (string[])["proto", "http"])
        {
            var trace = (await project.RunAsync("send.mjs", kind, Traces.ToString(), TestServer.Key, $"storefront-{kind}")).Trim();

            var found = (await peer.CallAsync("workflow/analyze", $$"""{"workflow_id":"storefront-{{kind}} GET /cart"}"""))["result"]!;
            Assert.Equal((1, 0.6), ((int)found["summary"]!["executions"]!["total"]!, (double)found["durations_s"]!["max"]!));
            Assert.Equal(("TypeError", "price"), ((string)found["errors"]![0]!["type"]!, (string)found["errors"]![0]!["step"]!));
            // Own time up to the first child and after the last: 0.1 s each.
            var sections = found["critical_path"]!["exemplars"]![0]!["sections"]!.AsArray();
            Assert.Equal(
                [("(execution)", 0.1), ("load items", 0.3), ("price", 0.1), ("(execution)", 0.1)],
                sections.Select(section => ((string)section!["step"]!, (double)section["seconds"]!)));
            var run = (await peer.CallAsync("workflow/analyze", $$"""{"workflow_id":"{{trace}}"}"""))["result"]!["run"]!;
            Assert.Equal("4.5.6", (string)run["version"]!);
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""{"count":3,"ratio":0.5,"fast":true,"names":["a","b"],"text":"née 🙂"}"""), run["steps"]![0]!["attributes"]));
        }
    }

    [Fact]
    public async Task A_key_without_the_scope_and_no_key_are_refused()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync("{}"u8.ToArray(), key: null)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync("{}"u8.ToArray(), Server.Keys.ReporterKey)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await PostAsync("{}"u8.ToArray())).StatusCode);
    }

    /// <summary>As sent, and as unpacked: the one setting bounds both.</summary>
    [Theory]
    [InlineData(TracedServer.MaxBodyBytes, false, HttpStatusCode.OK)]
    [InlineData(TracedServer.MaxBodyBytes + 1, false, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(TracedServer.MaxBodyBytes, true, HttpStatusCode.OK)]
    [InlineData(TracedServer.MaxBodyBytes + 1, true, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(TracedServer.MaxBodyBytes * 1000, true, HttpStatusCode.RequestEntityTooLarge)]
    public async Task The_limit_of_a_body_is_the_one_that_is_set(int length, bool packed, HttpStatusCode status)
    {
        var body = Encoding.ASCII.GetBytes("{}" + new string(' ', length - 2));

        Assert.Equal(status, (await PostAsync(packed ? Packed(body) : body, isPacked: packed)).StatusCode);
    }

    /// <summary>The limit nobody has set: 64 MiB, far above that of other endpoints.</summary>
    [Requirement("PROTO-10-07")]
    [Fact]
    public async Task Sixty_four_mebibytes_are_taken_and_one_byte_more_is_not()
    {
        const int Limit = 64 * 1024 * 1024;
        await using var server = await ServerProcess.StartAsync();
        var traces = new Uri(server.Url, "/v1/traces");
        var span = """{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708","name":"large","startTimeUnixNano":"1767225600000000000","endTimeUnixNano":"1767225603000000000"}]}]}]}""";

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await PostAsync(Padded(span, Limit + 1), to: traces)).StatusCode);
        using (var peer = await server.OpenAsync())
            Assert.Equal("NOT_FOUND", (await peer.CallAsync("workflow/analyze", """{"workflow_id":"unknown_service large"}""")).ErrorCode());
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(Padded(span, Limit), to: traces)).StatusCode);
        using var asker = await server.OpenAsync();
        var run = (await asker.CallAsync("workflow/analyze", """{"workflow_id":"0102030405060708090a0b0c0d0e0f10"}"""))["result"]!["run"]!;
        Assert.Equal(3, (double)run["duration_s"]!);
    }

    [Theory]
    [InlineData("POST", "text/plain", "x", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("POST", "application/x-protobuf", "this is no protobuf", HttpStatusCode.BadRequest)]
    [InlineData("POST", "application/json", "{", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "application/json", "{}", HttpStatusCode.MethodNotAllowed)]
    public async Task What_is_no_export_is_answered_as_the_specification_says(string method, string type, string body, HttpStatusCode status)
    {
        using var answer = await PostAsync(Encoding.ASCII.GetBytes(body), type: type, method: method);

        Assert.Equal(status, answer.StatusCode);
        // google.rpc.Status, in the media type of the request: in JSON the member message, in protobuf field 2.
        var text = await answer.Content.ReadAsByteArrayAsync();
        if (status == HttpStatusCode.BadRequest && type == "application/json")
            Assert.NotEmpty((string)JsonNode.Parse(text)!["message"]!);
        else if (status == HttpStatusCode.BadRequest)
            Assert.Equal(((2 << 3) | 2, type), (text[0], answer.Content.Headers.ContentType!.MediaType));
    }

    private static byte[] Padded(string json, int length)
    {
        var body = new byte[length];
        Array.Fill(body, (byte)' ');
        Encoding.UTF8.GetBytes(json, body);
        return body;
    }

    private static byte[] Packed(byte[] body)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
            gzip.Write(body);
        return buffer.ToArray();
    }

    private async Task<HttpResponseMessage> PostAsync(byte[] body, string? key = TestServer.Key, bool isPacked = false, Uri? to = null, string type = "application/json", string method = "POST")
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(new HttpMethod(method), to ?? Traces) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        if (isPacked)
            request.Content.Headers.ContentEncoding.Add("gzip");
        if (key is not null)
            request.Headers.Add("X-API-Key", key);
        return await client.SendAsync(request).Bounded();
    }
}
