using System.Text.Json.Nodes;
using Patchbay.EndToEnd.Tests.Servers;

namespace Patchbay.EndToEnd.Tests.Messages;

/// <summary>A server that takes texts large enough for the numbers an attacker would send.</summary>
public sealed class LargeMessageServer : ServerFixture
{
    protected override (string Name, string Value)[] Settings => [("Limits__MaxMessageBytes", "4194304"), ("Logging__LogLevel__Patchbay", "Debug")];
}

/// <summary>Hostile texts in good frames (protocol sections 3, 4 and 5).</summary>
public sealed class MessageTests(LargeMessageServer fixture) : HostileTest(fixture), IClassFixture<LargeMessageServer>
{
    public static TheoryData<string> Texts => [.. TextCases.All.Keys];

    public static TheoryData<string> Fields => [.. FieldCases.All.Keys];

    [Theory]
    [MemberData(nameof(Texts))]
    public Task A_text_that_breaks_a_rule_of_form_is_refused_with_one_answer(string what) => IsAnsweredAsync(TextCases.All[what]);

    [Theory]
    [MemberData(nameof(Fields))]
    public Task A_message_with_wrong_fields_is_answered_with_the_code_of_the_first_rule_it_breaks(string what) => IsAnsweredAsync(FieldCases.All[what]);

    [Fact]
    public async Task A_message_over_the_limit_is_told_so_and_ends_the_connection()
    {
        using var peer = await Server.OpenAsync();
        await peer.SendTextAsync(new string(' ', 4_194_305));
        var (close, before) = await peer.ReadToEndAsync();
        Assert.Equal("MESSAGE_TOO_LARGE", Assert.Single(before).ErrorCode());
        Assert.Equal(1009, close.CloseCode);
        await ViolationsAreAsync(("message_too_large", 1));
    }

    [Theory]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123", false)]
    [InlineData("1234567890123456789012345678901234567890123456789012345678901234", true)]
    [InlineData("\"\\ud83d\\ude00\"", true)]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", true)]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", false)]
    public async Task What_stands_just_inside_a_limit_is_taken_and_what_is_beyond_is_not(string value, bool taken)
    {
        using var peer = await Server.OpenAsync();
        // The message, its params and the arguments are three levels of nesting.
        await peer.SendTextAsync($$$$"""{"id":"a","method":"tools/call","params":{"name":"debug/echo","arguments":{"x":{{{{value}}}}}}}""");
        var answer = (await peer.ReadMessageAsync()).Kept();
        if (taken)
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(value), answer["result"]!["x"]));
        else
            Assert.Equal("INVALID_MESSAGE_FORMAT", answer.ErrorCode());
        await ViolationsAreAsync(taken ? [] : [("invalid_message", 1)]);
    }

    [Fact]
    public async Task A_bad_element_of_a_batch_does_not_spoil_its_neighbours()
    {
        using var peer = await Server.OpenAsync();
        await peer.SendTextAsync("""[{"id":"a","method":"ping"},7,[{"id":"b","method":"ping"}],null,{"id":"c","method":"ping"},{"id":"-","method":"ping"}]""");
        var answers = new List<JsonObject>();
        while (answers.Count < 6)
            answers.Add((await peer.ReadMessageAsync()).Kept());

        Assert.Equal(2, answers.Count(answer => answer["result"] is not null));
        Assert.Equal(3, answers.Count(answer => answer.ErrorCode() == "INVALID_MESSAGE_FORMAT" && answer["request_id"] is null));
        Assert.Equal("-", (string?)Assert.Single(answers, answer => answer.ErrorCode() == "INVALID_MESSAGE_ID")["id"]);
        await IsAloneAsync(peer);
        await ViolationsAreAsync(("invalid_message", 3), ("invalid_message_id", 1));
    }

    [Fact]
    public async Task A_batch_with_the_same_id_sixty_four_times_runs_it_once()
    {
        using var peer = await Server.OpenAsync();
        await peer.SendTextAsync("[" + string.Join(',', Enumerable.Repeat("""{"id":"same","method":"tools/call","params":{"name":"debug/sleep","arguments":{"ms":600000},"timeout_ms":300000}}""", 3)) + "]");
        for (var i = 0; i < 2; i++)
            Assert.Equal("INVALID_MESSAGE_ID", (await peer.ReadMessageAsync()).Kept().ErrorCode());
        Assert.True((bool)(await peer.AskAsync("requests/cancel", """{"request_id":"same"}"""))["result"]!["cancelled"]!);
        await ViolationsAreAsync(("invalid_message_id", 2));
    }

    [Fact]
    public async Task More_than_ten_invalid_messages_end_the_connection_with_4400()
    {
        using var peer = await Server.OpenAsync();
        for (var i = 0; i < 11; i++)
            await peer.SendTextAsync("{");
        var (close, before) = await peer.ReadToEndAsync();
        Assert.Equal(4400, close.CloseCode);
        // One answer each, and the error that says why it ends.
        Assert.Equal(12, before.Count(answer => answer.ErrorCode() == "INVALID_MESSAGE_FORMAT" && answer["request_id"] is null));
        await ViolationsAreAsync(("invalid_message", 11));
    }

    [Fact]
    public async Task The_sixty_fifth_call_is_refused_and_the_sixty_four_go_on()
    {
        using var peer = await Server.OpenAsync();
        for (var i = 0; i < 64; i++)
            await peer.SendTextAsync($$$"""{"id":"c{{{i}}}","method":"tools/call","params":{"name":"debug/sleep","arguments":{"ms":600000},"timeout_ms":300000}}""");
        var refused = await peer.CallAsync("debug/echo");
        Assert.Equal("SERVER_OVERLOADED", refused.ErrorCode());
        Assert.NotNull((await peer.AskAsync("ping"))["result"]);
        await peer.SendTextAsync("""{"id":"cancel","method":"requests/cancel","params":{"request_id":"c63"}}""");
        // The call is answered before or behind the cancel; its place is free when the tool has returned, which may be a moment later.
        var answers = new[] { await peer.ReadMessageAsync(), await peer.ReadMessageAsync() };
        Assert.Contains(answers, answer => (string?)answer["id"] == "cancel" && (bool)answer["result"]!["cancelled"]!);
        Assert.Contains(answers, answer => (string?)answer["id"] == "c63" && answer.ErrorCode() == "REQUEST_CANCELLED");
        var since = TimeProvider.System.GetTimestamp();
        JsonObject after;
        do
            after = await peer.CallAsync("debug/echo");
        while (after.ErrorCode() == "SERVER_OVERLOADED" && TimeProvider.System.GetElapsedTime(since) < Patience.Limit);
        Assert.NotNull(after["result"]);
        await ViolationsAreAsync();
    }

    private static async Task IsAloneAsync(RawPeer peer)
    {
        // The next that comes is the answer to this: nothing else was said, and the connection is open.
        await peer.SendTextAsync("""{"id":"after","method":"ping"}""");
        var next = await peer.ReadMessageAsync();
        Assert.Equal("after", (string?)next["id"]);
        Assert.NotNull(next["result"]);
    }

    private async Task IsAnsweredAsync(MessageCase hostile)
    {
        using var peer = await Server.OpenAsync();
        await peer.SendTextAsync(hostile.Text);
        var answer = (await peer.ReadMessageAsync()).Kept();

        Assert.Equal(hostile.Code, answer.ErrorCode());
        Assert.Equal(hostile.Id, (string?)(answer.ContainsKey("protocol_version") ? answer["request_id"] : answer["id"]));
        Assert.False((bool)answer.Details()["retryable"]!);
        if (hostile.Field is not null)
            Assert.Equal(hostile.Field, (string?)answer.Details()["field"]);
        await IsAloneAsync(peer);
        await ViolationsAreAsync(hostile.Violation is { } type ? [(type, 1)] : []);
    }
}
