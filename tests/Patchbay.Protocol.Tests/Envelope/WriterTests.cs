using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Patchbay.Protocol.Compact;
using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Errors;
using Patchbay.Protocol.Limits;
using Patchbay.Protocol.Validation;
using Patchbay.Testing;

namespace Patchbay.Protocol.Tests.Envelope;

/// <summary>What the server writes, read back by a parser that is not ours and by our own reader in the other direction.</summary>
public class WriterTests
{
    // What has broken writers before: quotes, escapes, controls, separators of JavaScript, characters outside the first plane.
    private const string Awkward = "\"\\/\b\f\n\r\t\u0000\u001f\u007f\u2028\u2029é€😀</script>";

    private readonly ArrayBufferWriter<byte> _output = new();

    [Fact]
    [Requirement("PROTO-3-08", "PROTO-5-24")]
    public void A_response_carries_request_result_and_metrics()
    {
        EnvelopeWriter.Response(_output, 7, "req-1", Awkward, static (writer, text) =>
        {
            writer.WriteStartObject();
            writer.WriteString("text", text);
            writer.WriteEndObject();
        }, new ResponseMetrics(12.3456, 10, 0.0004));

        var message = Assert.IsType<ResponseMessage>(ReadBack());
        Assert.Equal(("resp-7", "req-1"), (message.Id, message.RequestId));
        Assert.Equal(Awkward, (string?)JsonNode.Parse(message.Result.Span)!["text"]);
        var metrics = JsonNode.Parse(message.Metrics.Span)!;
        Assert.Equal((12.346, 10, 0), ((double)metrics["duration_ms"]!, (double)metrics["execution_ms"]!, (double)metrics["queue_ms"]!));
    }

    [Theory]
    [InlineData("req-1")]
    [InlineData(null)]
    public void An_error_carries_code_text_details_and_the_request_or_null(string? requestId)
    {
        EnvelopeWriter.Error(_output, 1, requestId, ProtocolError.Params("/a/b", Awkward));

        var message = Assert.IsType<ErrorMessage>(ReadBack());
        Assert.Equal(("err-1", "INVALID_PARAMS", Awkward, requestId), (message.Id, message.ErrorCode, message.Text, message.RequestId));
        var details = JsonNode.Parse(message.Details.Span)!;
        Assert.False((bool)details["retryable"]!);
        Assert.Equal("/a/b", (string?)details["errors"]![0]!["path"]);
    }

    [Fact]
    public void A_retryable_of_the_error_itself_is_not_written_twice()
    {
        EnvelopeWriter.Error(_output, 1, null, new ProtocolError(ErrorCodes.InternalError, "", new JsonObject { ["retryable"] = false, ["none"] = null }));

        var details = JsonNode.Parse(Assert.IsType<ErrorMessage>(ReadBack()).Details.Span)!.AsObject();
        Assert.False((bool)details["retryable"]!);
        Assert.True(details.ContainsKey("none"));
    }

    [Fact]
    public void An_event_carries_type_source_and_data()
    {
        EnvelopeWriter.Event(_output, long.MaxValue, "status_update", Awkward, 0, static (writer, _) =>
        {
            writer.WriteStartObject();
            writer.WriteEndObject();
        });

        // The awkward source has control characters, which the reader of a client refuses: only the parser reads this one.
        var json = JsonNode.Parse(_output.WrittenSpan)!;
        Assert.Equal("evt-9223372036854775807", (string?)json["message_id"]);
        Assert.Equal(Awkward, (string?)json["source"]);
        Assert.Equal("{}", json["data"]!.ToJsonString());
    }

    [Theory]
    [InlineData(DiagnosticLevel.Debug, "debug")]
    [InlineData(DiagnosticLevel.Info, "info")]
    [InlineData(DiagnosticLevel.Warning, "warning")]
    [InlineData(DiagnosticLevel.Error, "error")]
    [InlineData(DiagnosticLevel.Critical, "critical")]
    public void A_diagnostic_carries_its_level_by_name(DiagnosticLevel level, string name)
    {
        EnvelopeWriter.Diagnostic(_output, 3, level, "rate_limiter", Awkward, new JsonObject { ["n"] = 1 });

        Assert.Equal(name, (string?)JsonNode.Parse(_output.WrittenSpan)!["level"]);
        var message = Assert.IsType<DiagnosticMessage>(ReadBack());
        Assert.Equal((level, "rate_limiter", Awkward), (message.Level, message.Component, message.Text));
        Assert.Equal("""{"n":1}""", JsonNode.Parse(message.Details.Span)!.ToJsonString());
    }

    [Theory]
    [InlineData("hb-9")]
    [InlineData(null)]
    public void A_heartbeat_carries_client_uptime_and_what_it_answers(string? echo)
    {
        EnvelopeWriter.Heartbeat(_output, 4, "client-1", 1234.5678, echo);

        var message = Assert.IsType<HeartbeatMessage>(ReadBack());
        Assert.Equal(("hb-4", "client-1", 1234.568), (message.Id, message.ClientId, message.Uptime));
        Assert.Equal(echo, message.Metrics.IsEmpty ? null : (string?)JsonNode.Parse(message.Metrics.Span)!["echo"]);
    }

    [Fact]
    public void A_compact_answer_has_id_and_result_and_nothing_else()
    {
        CompactWriter.Response(_output, "a.1", 5, static (writer, number) =>
        {
            writer.WriteStartObject();
            writer.WriteNumber("n", number);
            writer.WriteEndObject();
        });

        Assert.Equal("""{"id":"a.1","result":{"n":5}}""", JsonNode.Parse(_output.WrittenSpan)!.ToJsonString());
    }

    [Fact]
    public void A_compact_error_has_code_message_and_details()
    {
        CompactWriter.Error(_output, null, ProtocolError.NotFound(Awkward));

        var json = JsonNode.Parse(_output.WrittenSpan)!.AsObject();
        Assert.True(json.ContainsKey("id") && json["id"] is null);
        Assert.Equal(("NOT_FOUND", Awkward), ((string?)json["error"]!["code"], (string?)json["error"]!["message"]));
        Assert.False((bool)json["error"]!["details"]!["retryable"]!);
    }

    [Fact]
    public void A_writer_within_a_writer_does_not_spoil_the_outer_one()
    {
        var inner = new ArrayBufferWriter<byte>();
        CompactWriter.Response(_output, "outer", inner, static (writer, inner) =>
        {
            writer.WriteStartObject();
            CompactWriter.Error(inner, "inner", ProtocolError.NotFound("x"));
            writer.WriteEndObject();
        });

        Assert.Equal("""{"id":"outer","result":{}}""", JsonNode.Parse(_output.WrittenSpan)!.ToJsonString());
        Assert.Equal("inner", (string?)JsonNode.Parse(inner.WrittenSpan)!["id"]);
    }

    [Fact]
    public void Fields_of_a_newer_server_are_passed_over_by_a_client_and_refused_from_one()
    {
        var text = """{"protocol_version":"2.0","message_type":"event","message_id":"evt-1","event_type":"x","seq":5,"newer":{"a":[1]},"method":7}"""u8.ToArray();

        var message = Assert.IsType<EventMessage>(EnvelopeReader.Read(text, Direction.ServerToClient).Message);
        Assert.Equal(5, message.Seq);
        var refused = EnvelopeReader.Read(text, Direction.ClientToServer);
        Assert.Equal(ErrorCodes.InvalidMessageFormat, refused.Error?.Code);
    }

    private Message? ReadBack()
    {
        using var document = JsonDocument.Parse(_output.WrittenMemory, new JsonDocumentOptions { AllowDuplicateProperties = false });
        Assert.Equal("2.0", document.RootElement.GetProperty("protocol_version").GetString());
        Assert.Null(JsonText.Check(_output.WrittenSpan, ProtocolLimits.Default, out _));
        var outcome = EnvelopeReader.Read(_output.WrittenMemory, Direction.ServerToClient);
        Assert.Null(outcome.Error);
        return outcome.Message;
    }
}
