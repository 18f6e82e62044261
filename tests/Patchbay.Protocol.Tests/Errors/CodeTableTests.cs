using Patchbay.Protocol.Errors;
using Patchbay.Testing;

namespace Patchbay.Protocol.Tests.Errors;

/// <summary>The tables of section 7, row by row, typed from the contract.</summary>
public class CodeTableTests
{
    public static TheoryData<string, string, bool> Errors => new()
    {
        { "INVALID_MESSAGE_FORMAT", "protocol", false },
        { "INVALID_PROTOCOL_VERSION", "protocol", false },
        { "INVALID_MESSAGE_ID", "protocol", false },
        { "MESSAGE_TOO_LARGE", "protocol", false },
        { "METHOD_NOT_FOUND", "request", false },
        { "TOOL_NOT_FOUND", "request", false },
        { "INVALID_PARAMS", "request", false },
        { "NOT_FOUND", "request", false },
        { "TOOL_EXECUTION_FAILED", "execution", false },
        { "REQUEST_CANCELLED", "execution", false },
        { "EXECUTION_INTERRUPTED", "execution", false },
        { "TOOL_TIMEOUT", "execution", true },
        { "SERVER_OVERLOADED", "execution", true },
        { "INTERNAL_ERROR", "execution", true },
        { "RATE_LIMIT_EXCEEDED", "security", true },
        { "INVALID_API_KEY", "security", false },
        { "UNAUTHORIZED_ACCESS", "security", false },
        { "SECURITY_VIOLATION", "security", false },
        { "CONNECTION_FAILED", "connection", true },
        { "CONNECTION_LOST", "connection", true },
        { "RECONNECTION_FAILED", "connection", true },
        { "HEARTBEAT_TIMEOUT", "connection", true },
    };

    public static TheoryData<int, string?, Reconnect> Closes => new()
    {
        { 1000, null, Reconnect.AsYouLike },
        { 1001, null, Reconnect.AsYouLike },
        { 1002, null, Reconnect.No },
        { 1003, null, Reconnect.No },
        { 1007, null, Reconnect.No },
        { 1009, "MESSAGE_TOO_LARGE", Reconnect.No },
        { 1008, "SECURITY_VIOLATION", Reconnect.No },
        { 1011, null, Reconnect.WithBackoff },
        { 1012, null, Reconnect.WithBackoff },
        { 1013, null, Reconnect.WithBackoff },
        { 4400, "INVALID_MESSAGE_FORMAT", Reconnect.No },
        { 4401, "INVALID_API_KEY", Reconnect.No },
        { 4403, "UNAUTHORIZED_ACCESS", Reconnect.No },
        { 4408, "HEARTBEAT_TIMEOUT", Reconnect.WithBackoff },
        { 4409, "CONNECTION_LOST", Reconnect.No },
        { 4429, "RATE_LIMIT_EXCEEDED", Reconnect.AfterDelay },
        { 4430, "CONNECTION_LOST", Reconnect.WithBackoff },
    };

    [Theory]
    [MemberData(nameof(Errors))]
    [Requirement("PROTO-7-02")]
    public void An_error_code_has_the_group_and_the_retry_rule_of_the_contract(string name, string group, bool retryable)
    {
        var code = ErrorCodes.Find(name);

        Assert.NotNull(code);
        Assert.Equal((group, retryable), (code.Group, code.Retryable));
    }

    [Fact]
    [Requirement("PROTO-7-01")]
    public void The_table_of_errors_has_no_other_code_and_nobody_can_make_one()
    {
        Assert.Equal(Errors.Select(row => row.Data.Item1).Order(), ErrorCodes.All.Select(code => code.Name).Order());
        Assert.Empty(typeof(ErrorCode).GetConstructors());
    }

    [Fact]
    public void A_name_that_is_no_code_is_not_found() => Assert.Null(ErrorCodes.Find("invalid_params"));

    [Theory]
    [MemberData(nameof(Closes))]
    [Requirement("PROTO-7-04")]
    public void A_close_code_tells_its_error_and_whether_to_reconnect(int code, string? error, Reconnect reconnect)
    {
        var row = Assert.Single(CloseCodes.All, row => row.Code == code);

        Assert.Equal((error, reconnect), (row.Error?.Name, row.Reconnect));
        // RFC 6455 §5.5: a control frame carries at most 125 bytes, two of them are the code.
        Assert.True(System.Text.Encoding.UTF8.GetByteCount(row.Reason) <= 123);
    }

    [Fact]
    public void The_table_of_close_codes_has_no_other_code() =>
        Assert.Equal(Closes.Select(row => row.Data.Item1).Order(), CloseCodes.All.Select(row => row.Code).Order());
}
