using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Microsoft.Extensions.Logging.Abstractions;
using Patchbay.Tools.Workflow.Otlp;
using Patchbay.Tools.Workflow.Tests.Testing;

namespace Patchbay.Tools.Workflow.Tests.Otlp;

public sealed class ReceiverTests : IDisposable
{
    private const string Protobuf = "application/x-protobuf";
    private const string Json = "application/json";
    private static readonly object Range = new { from = "2023-11-14T00:00:00Z", to = "2023-11-16T00:00:00Z" };

    private readonly WorkflowRoom _room = new("memory", options => options.MaxBodyBytes = 64 * 1024);
    private readonly OtlpTraceReceiver _receiver;

    public ReceiverTests() => _receiver = new OtlpTraceReceiver(_room.Store, _room.Options, NullLogger<OtlpTraceReceiver>.Instance);

    public void Dispose()
    {
        _receiver.Dispose();
        _room.Dispose();
    }

    [Fact]
    public async Task A_request_that_is_taken_whole_is_answered_with_an_empty_body()
    {
        var response = await SendAsync(Protobuf, SpanBytes.Request(SpanBytes.Span(SpanBytes.Id(1), name: "root"), SpanBytes.Span(SpanBytes.Id(2), SpanBytes.Id(1))));

        Assert.Equal((200, Protobuf, 0), (response.StatusCode, response.ContentType, response.Body.Length));
        var result = await _room.AnalyzeAsync(new { workflow_id = "shop root", time_range = Range });
        Assert.Equal(1, result.GetProperty("summary").GetProperty("executions").GetProperty("succeeded").GetInt32());
        Assert.Equal("work", result.GetProperty("steps")[0].GetProperty("name").GetString());
    }

    [Theory]
    [InlineData(Protobuf, "")]
    [InlineData(Json, "{}")]
    public async Task An_empty_request_is_a_success_in_its_own_encoding(string contentType, string answer)
    {
        var response = await SendAsync(contentType, Encoding.UTF8.GetBytes(answer));

        Assert.Equal((200, contentType, answer), (response.StatusCode, response.ContentType, Text(response)));
    }

    [Fact]
    public async Task The_specification_s_own_example_is_understood()
    {
        // opentelemetry-proto, examples/trace.json
        var response = await SendAsync(Json, """
            {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"my.service"}}]},
              "scopeSpans":[{"scope":{"name":"my.library","version":"1.0.0","attributes":[{"key":"my.scope.attribute","value":{"stringValue":"some scope attribute"}}]},
              "spans":[{"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174","parentSpanId":"EEE19B7EC3C1B173","name":"I'm a server span",
                "startTimeUnixNano":"1544712660000000000","endTimeUnixNano":"1544712661000000000","kind":2,
                "attributes":[{"key":"my.span.attr","value":{"stringValue":"some value"}}]}]}]}]}
            """);

        Assert.Equal((200, "{}"), (response.StatusCode, Text(response)));
        // Its parent never comes: after a minute of quiet the trace stands under its earliest span.
        _room.Clock.Now += TimeSpan.FromSeconds(61);
        var result = await _room.AnalyzeAsync(new { workflow_id = "my.service I'm a server span", time_range = new { from = "2018-12-13T14:00:00Z", to = "2018-12-13T15:00:00Z" } });
        Assert.Equal(1, result.GetProperty("durations_s").GetProperty("max").GetDouble());
        Assert.Equal(1, result.GetProperty("coverage").GetProperty("incomplete").GetInt32());
    }

    [Fact]
    public async Task Numbers_and_strings_of_64_bits_both_cases_of_hex_unknown_fields_and_nulls_are_read()
    {
        var response = await SendAsync(Json, """
            {"unknown":[1],"resourceSpans":[{"scopeSpans":[{"spans":[
              {"traceId":"5b8efff798038103d269b633813fc60c","spanId":"eee19b7ec3c1b173","parentSpanId":"","name":"root","kind":0,"flags":257,"links":[],"status":{},
               "startTimeUnixNano":1700000000000000000,"endTimeUnixNano":"1700000002000000000","traceState":null,
               "attributes":[{"key":"workflow.id","value":{"stringValue":"nightly"}}]},
              {"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174","parentSpanId":"EEE19B7EC3C1B173","name":"child","kind":1,
               "startTimeUnixNano":"1700000000500000000","endTimeUnixNano":1700000001000000000,"status":{"code":2,"message":"no"},
               "attributes":[{"key":"a","value":{"intValue":1}},{"key":"b","value":{"intValue":"2"}},{"key":"c","value":{"doubleValue":"NaN"}},{"key":"d","value":{"boolValue":true}},
                 {"key":"e","value":{"arrayValue":{"values":[{"stringValue":"x"}]}}},{"key":"f","value":{"kvlistValue":{"values":[{"key":"g","value":{}}]}}},{"key":"a","value":{"intValue":9}}],
               "events":[{"name":"exception","attributes":[{"key":"exception.type","value":{"stringValue":"IOError"}}]}]}]}]}]}
            """);

        Assert.Equal((200, "{}"), (response.StatusCode, Text(response)));
        var result = await _room.AnalyzeAsync(new { workflow_id = "5b8efff798038103d269b633813fc60c" });
        Assert.Equal("nightly", result.GetProperty("workflow_id").GetString());
        var step = Assert.Single(result.GetProperty("run").GetProperty("steps").EnumerateArray());
        Assert.Equal("""{"a":1,"b":2,"c":"NaN","d":true,"e":["x"],"f":{"g":null}}""", step.GetProperty("attributes").GetRawText());
        Assert.Equal("IOError", step.GetProperty("error_type").GetString());
        Assert.Equal(0.5, step.GetProperty("running_s").GetDouble());
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{\"resourceSpans\":{}}")]
    [InlineData("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"kind\":\"SPAN_KIND_SERVER\"}]}]}]}")]
    [InlineData("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"name\":7}]}]}]}")]
    [InlineData("{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"name\":\"\\ud800\"}]}]}]}")]
    public async Task What_is_no_request_in_JSON_is_400_with_a_status(string body)
    {
        var response = await SendAsync(Json, body);

        Assert.Equal((400, Json), (response.StatusCode, response.ContentType));
        Assert.NotEmpty(JsonDocument.Parse(response.Body).RootElement.GetProperty("message").GetString()!);
    }

    [Fact]
    public async Task Every_cut_and_every_changed_byte_of_a_request_is_answered_and_nothing_of_a_bad_one_is_stored()
    {
        var request = SpanBytes.Request(SpanBytes.Span(SpanBytes.Id(1), attributes: SpanBytes.Text("k", "v")));
        for (var at = 0; at < request.Length; at++)
        {
            var cut = await SendAsync(Protobuf, request[..at]);
            Assert.Equal(at == 0 ? 200 : 400, cut.StatusCode);
            Assert.Empty(await _room.Store.ListAsync(CancellationToken.None));
        }

        foreach (var change in (byte[])[0x00, 0x7F, 0x80, 0xFF])
        {
            for (var at = 0; at < request.Length; at++)
            {
                var bent = request.ToArray();
                bent[at] = change;
                Assert.Contains((await SendAsync(Protobuf, bent)).StatusCode, (int[])[200, 400]);
            }
        }
    }

    [Fact]
    public async Task A_bad_request_in_protobuf_is_answered_with_a_status_in_protobuf()
    {
        var response = await SendAsync(Protobuf, [0x0A, 0x05, 0x01]);

        Assert.Equal((400, Protobuf), (response.StatusCode, response.ContentType));
        var reader = new CodedInputStream(response.Body.ToArray());
        Assert.Equal(WireFormat.MakeTag(2, WireFormat.WireType.LengthDelimited), reader.ReadTag());
        Assert.NotEmpty(reader.ReadString());
        Assert.True(reader.IsAtEnd);
    }

    [Fact]
    public async Task Padded_lengths_and_unknown_fields_of_every_wire_type_are_read()
    {
        var span = SpanBytes.Span(SpanBytes.Id(1), name: "root");
        byte[] unknown = [0xF8, 0x07, 0x05, 0xF9, 0x07, 1, 2, 3, 4, 5, 6, 7, 8, 0xFA, 0x07, 0x01, 0x41, 0xFB, 0x07, 0x08, 0x01, 0xFC, 0x07, 0xFD, 0x07, 1, 2, 3, 4];
        byte[] scope = [0x12, .. Padded(span.Length + unknown.Length), .. span, .. unknown];
        byte[] resource = [0x12, .. Padded(scope.Length), .. scope];
        byte[] request = [0x0A, .. Padded(resource.Length), .. resource, .. unknown];

        var response = await SendAsync(Protobuf, request);

        Assert.Equal((200, 0), (response.StatusCode, response.Body.Length));
        Assert.Equal("unknown_service root", Assert.Single(await _room.Store.ListAsync(CancellationToken.None)).WorkflowId);
    }

    [Fact]
    public async Task Spans_with_bad_ids_are_refused_and_the_others_kept()
    {
        var request = SpanBytes.Request(
            SpanBytes.Span(SpanBytes.Id(1), name: "root"), SpanBytes.Span(new byte[8]), SpanBytes.Span(new byte[7]),
            SpanBytes.Span(SpanBytes.Id(2), traceId: new byte[16]), SpanBytes.Span(SpanBytes.Id(3), parentId: new byte[3]));

        var response = await SendAsync(Protobuf, request);

        Assert.Equal(200, response.StatusCode);
        var outer = new CodedInputStream(response.Body.ToArray());
        Assert.Equal(WireFormat.MakeTag(1, WireFormat.WireType.LengthDelimited), outer.ReadTag());
        var partial = outer.ReadBytes().CreateCodedInput();
        Assert.Equal(WireFormat.MakeTag(1, WireFormat.WireType.Varint), partial.ReadTag());
        Assert.Equal(4, partial.ReadInt64());
        Assert.Equal(WireFormat.MakeTag(2, WireFormat.WireType.LengthDelimited), partial.ReadTag());
        Assert.Contains("span id is not 8 bytes", partial.ReadString());
        Assert.Equal(1, Assert.Single(await _room.Store.ListAsync(CancellationToken.None)).StepsKept);
    }

    [Fact]
    public async Task A_partial_success_in_JSON_counts_in_a_string_and_a_warning_counts_nothing()
    {
        const string Form = """{"resourceSpans":[{"scopeSpans":[{"spans":[{"traceId":"5b8efff798038103d269b633813fc60c","spanId":"SPAN","name":"x","startTimeUnixNano":"1700000002000000000","endTimeUnixNano":"1700000001000000000"}]}]}]}""";

        var refused = await SendAsync(Json, Form.Replace("SPAN", "00", StringComparison.Ordinal));
        var clamped = await SendAsync(Json, Form.Replace("SPAN", "eee19b7ec3c1b173", StringComparison.Ordinal));

        Assert.Equal("1", JsonDocument.Parse(refused.Body).RootElement.GetProperty("partialSuccess").GetProperty("rejectedSpans").GetString());
        var warning = JsonDocument.Parse(clamped.Body).RootElement.GetProperty("partialSuccess");
        Assert.False(warning.TryGetProperty("rejectedSpans", out _));
        Assert.Contains("the end is before the start", warning.GetProperty("errorMessage").GetString());
    }

    [Fact]
    public async Task Gzip_is_read_and_a_bomb_is_413()
    {
        var good = await SendAsync(Protobuf, Gzip(SpanBytes.Request(SpanBytes.Span(SpanBytes.Id(1)))), "gzip");
        var bomb = await SendAsync(Protobuf, Gzip(new byte[10_000_000]), "gzip");
        var broken = await SendAsync(Protobuf, [1, 2, 3, 4], "gzip");

        Assert.Equal((200, 413, 400), (good.StatusCode, bomb.StatusCode, broken.StatusCode));
    }

    [Theory]
    [InlineData(64 * 1024, 400)]
    [InlineData((64 * 1024) + 1, 413)]
    public async Task A_body_of_exactly_the_limit_is_read_and_one_byte_more_is_413(int length, int status)
    {
        // Zeros are no protobuf: 400 shows that the body was read to its end.
        var plain = await SendAsync(Protobuf, new byte[length]);
        var zipped = await SendAsync(Protobuf, Gzip(new byte[length]), "gzip");

        Assert.Equal((status, status), (plain.StatusCode, zipped.StatusCode));
    }

    [Theory]
    [InlineData("text/plain", null, 415)]
    [InlineData(null, null, 415)]
    [InlineData("application/json; charset=utf-8", null, 200)]
    [InlineData("Application/JSON", "identity", 200)]
    [InlineData("application/json", "br", 415)]
    public async Task The_media_type_and_the_encoding_are_looked_at(string? contentType, string? encoding, int status)
    {
        using var body = new MemoryStream("{}"u8.ToArray());

        Assert.Equal(status, (await _receiver.ReceiveAsync(contentType, encoding, body, CancellationToken.None)).StatusCode);
    }

    [Fact]
    public async Task The_same_batch_again_and_late_spans_change_nothing_but_what_is_new()
    {
        var root = SpanBytes.Span(SpanBytes.Id(1), name: "root");
        var child = SpanBytes.Span(SpanBytes.Id(2), SpanBytes.Id(1), "child");
        var late = SpanBytes.Span(SpanBytes.Id(3), SpanBytes.Id(2), "late");
        foreach (var spans in (byte[][][])[[child], [root], [child, root], [late], [late, child]])
            await SendAsync(Protobuf, SpanBytes.Request(spans));

        var entry = Assert.Single(await _room.Store.ListAsync(CancellationToken.None));
        Assert.Equal((1, 1, 3), (entry.ExecutionsSeen, entry.ExecutionsKept, entry.StepsKept));
        var result = await _room.AnalyzeAsync(new { workflow_id = "shop root", time_range = Range });
        Assert.Equal(["child", "late"], result.GetProperty("variants")[0].GetProperty("steps").EnumerateArray().Select(step => step.GetString()!));
        Assert.Equal(0, result.GetProperty("coverage").GetProperty("orphaned_steps").GetInt32());
    }

    [Fact]
    public async Task A_pipeline_run_is_known_by_its_names_and_its_result()
    {
        await SendAsync(Protobuf, SpanBytes.Request(
            SpanBytes.Span(SpanBytes.Id(1), name: "RUN build", attributes: [
                SpanBytes.Text("cicd.pipeline.name", "build"), SpanBytes.Text("cicd.pipeline.run.id", "run-42"), SpanBytes.Text("cicd.pipeline.result", "timeout"),
            ]),
            SpanBytes.Span(SpanBytes.Id(2), SpanBytes.Id(1), "job", status: 2, attributes: [SpanBytes.Text("cicd.pipeline.task.name", "compile"), SpanBytes.Text("error.type", "OutOfMemory")])));

        var result = await _room.AnalyzeAsync(new { workflow_id = "build", time_range = Range });
        var run = await _room.AnalyzeAsync(new { workflow_id = "run-42" });

        Assert.Equal(1, result.GetProperty("summary").GetProperty("executions").GetProperty("timed_out").GetInt32());
        var error = Assert.Single(result.GetProperty("errors").EnumerateArray());
        Assert.Equal(("OutOfMemory", "compile", 1), (error.GetProperty("type").GetString(), error.GetProperty("step").GetString(), error.GetProperty("executions_failed").GetInt32()));
        Assert.Equal("run-42", run.GetProperty("run").GetProperty("execution_id").GetString());
    }

    [Fact]
    public async Task When_all_places_are_taken_the_sender_is_asked_to_come_again()
    {
        using var room = new WorkflowRoom("memory", options => options.MaxConcurrentBodies = 1);
        using var receiver = new OtlpTraceReceiver(room.Store, room.Options, NullLogger<OtlpTraceReceiver>.Instance);
        using var slow = new PausedStream();
        var first = receiver.ReceiveAsync(Protobuf, null, slow, CancellationToken.None).AsTask();
        using var empty = new MemoryStream();

        var second = await receiver.ReceiveAsync(Protobuf, null, empty, CancellationToken.None);
        slow.Continue();

        Assert.Equal((503, 1), (second.StatusCode, second.RetryAfterSeconds));
        Assert.Equal(200, (await first).StatusCode);
    }

    private static byte[] Padded(int length) => [(byte)(length | 0x80), (byte)((length >> 7) | 0x80), 0x80, 0x00];

    private static byte[] Gzip(byte[] body)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionLevel.Fastest))
            gzip.Write(body);
        return buffer.ToArray();
    }

    private Task<OtlpResponse> SendAsync(string contentType, string body) => SendAsync(contentType, Encoding.UTF8.GetBytes(body));

    private async Task<OtlpResponse> SendAsync(string contentType, byte[] body, string? encoding = null)
    {
        using var stream = new MemoryStream(body);
        return await _receiver.ReceiveAsync(contentType, encoding, stream, CancellationToken.None);
    }

    private static string Text(OtlpResponse response) => Encoding.UTF8.GetString(response.Body.Span);

    /// <summary>A body that does not come until it is told to.</summary>
    private sealed class PausedStream : MemoryStream
    {
        private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Continue() => _gate.SetResult();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await _gate.Task;
            return 0;
        }
    }
}
