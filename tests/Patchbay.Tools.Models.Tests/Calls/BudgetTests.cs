using Patchbay.Protocol.Errors;
using Patchbay.Tools.Models.Calls;

namespace Patchbay.Tools.Models.Tests.Calls;

/// <summary>What a key may use in an hour.</summary>
public class BudgetTests : UpstreamTest
{
    private const string Ask = """{"model":"tiny","messages":[{"role":"user","content":"x"}]}""";

    private readonly ManualTime _time = new();

    [Fact]
    public async Task A_key_that_has_used_its_tokens_waits_and_others_do_not()
    {
        // A good answer has 9 + 3 tokens.
        using var room = ModelRoom.With(_time, ("Upstreams:up:BaseUrl", Upstream.BaseUrl.ToString()), ("TokensPerHourPerKey", "13"));
        Assert.Null((await room.CallAsync("models/chat", Ask)).Error);
        Assert.Null((await room.CallAsync("models/chat", Ask)).Error);
        var refused = await room.CallAsync("models/chat", Ask);

        Assert.Equal("token_budget", refused.Reason);
        Assert.Equal(ErrorCodes.RateLimitExceeded, refused.Error!.Code);
        Assert.Null((await room.CallAsync("models/chat", Ask, key: "key-2")).Error);
        Assert.Equal(3, Upstream.Chats.Count);
        _time.Advance(TimeSpan.FromMilliseconds((long)refused.Error.Details!["retry_after_ms"]!));
        Assert.Null((await room.CallAsync("models/chat", Ask)).Error);
    }

    [Fact]
    public void Waiting_as_long_as_told_is_enough_and_a_minute_less_is_not()
    {
        var budget = new TokenBudget(100, _time);
        budget.Spend("a", 60);
        _time.Advance(TimeSpan.FromMinutes(20));
        Assert.Null(budget.Refusal("a"));
        budget.Spend("a", 60);
        var wait = TimeSpan.FromMilliseconds((long)budget.Refusal("a")!.Details!["retry_after_ms"]!);
        // The first 60 leave an hour after they were used, 40 minutes from now, give or take the minute.
        Assert.InRange(wait, TimeSpan.FromMinutes(39), TimeSpan.FromMinutes(40));
        _time.Advance(wait - TimeSpan.FromMilliseconds(1));
        Assert.NotNull(budget.Refusal("a"));
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Null(budget.Refusal("a"));
    }

    [Fact]
    public void An_hour_without_calls_forgets_all()
    {
        var budget = new TokenBudget(100, _time);
        budget.Spend("a", 1_000_000);
        _time.Advance(TimeSpan.FromHours(25));

        Assert.Null(budget.Refusal("a"));
        budget.Spend("a", 99);
        Assert.Null(budget.Refusal("a"));
        budget.Spend("a", 1);
        Assert.NotNull(budget.Refusal("a"));
    }

    [Fact]
    public async Task A_request_larger_than_the_setting_is_not_sent()
    {
        using var room = ModelRoom.With(null, ("Upstreams:up:BaseUrl", Upstream.BaseUrl.ToString()), ("MaxPromptBytes", "2000"));
        var outcome = await room.CallAsync("models/chat", $$"""{"model":"tiny","messages":[{"role":"user","content":"{{new string('a', 2000)}}"}]}""");

        Assert.Equal(ErrorCodes.InvalidParams, outcome.Error!.Code);
        Assert.Empty(Upstream.Chats);
    }
}
