using Microsoft.Extensions.Options;

namespace Patchbay.Tools.Models.Tests.Options;

/// <summary>A setting that cannot be is told at the start, in a line that names it.</summary>
public class OptionsTests
{
    private const string Url = "http://127.0.0.1:11434/v1";

    public static TheoryData<string, string, string> Wrong => new()
    {
        { "Upstreams:up:ConnectTimeoutMs", "9", "Patchbay:Models:Upstreams:up:ConnectTimeoutMs must be between 10 and 60000." },
        { "Upstreams:up:FirstByteTimeoutMs", "300001", "Patchbay:Models:Upstreams:up:FirstByteTimeoutMs must be between 10 and 300000." },
        { "Upstreams:up:IdleTimeoutMs", "0", "Patchbay:Models:Upstreams:up:IdleTimeoutMs must be between 10 and 300000." },
        { "Upstreams:up:TotalTimeoutMs", "300001", "Patchbay:Models:Upstreams:up:TotalTimeoutMs must be between 10 and 300000." },
        { "Upstreams:up:MaxRetries", "11", "Patchbay:Models:Upstreams:up:MaxRetries must be between 0 and 10." },
        { "Upstreams:up:RetryDelayMs", "0", "Patchbay:Models:Upstreams:up:RetryDelayMs must be between 1 and 60000." },
        { "Upstreams:up:MaxRetryAfterMs", "-1", "Patchbay:Models:Upstreams:up:MaxRetryAfterMs must be between 0 and 300000." },
        { "Upstreams:up:BreakerFailures", "0", "Patchbay:Models:Upstreams:up:BreakerFailures must be between 1 and 1000." },
        { "Upstreams:up:BreakerPauseMs", "9", "Patchbay:Models:Upstreams:up:BreakerPauseMs must be between 10 and 3600000." },
        { "Upstreams:up:MaxConcurrency", "0", "Patchbay:Models:Upstreams:up:MaxConcurrency must be between 1 and 10000." },
        { "Upstreams:up:MaxWaiting", "-1", "Patchbay:Models:Upstreams:up:MaxWaiting must be between 0 and 100000." },
        { "Upstreams:up:MaxWaitMs", "0", "Patchbay:Models:Upstreams:up:MaxWaitMs must be between 1 and 300000." },
        { "Upstreams:up:DiscoverySeconds", "0", "Patchbay:Models:Upstreams:up:DiscoverySeconds must be between 1 and 86400." },
        { "Upstreams:up:MaxTokensField", "n", "Patchbay:Models:Upstreams:up:MaxTokensField must be max_tokens or max_completion_tokens." },
        { "Upstreams:up:Models:0:Aliases:0", "a", "Patchbay:Models:Upstreams:up:Models:0:Id must have 1 to 256 characters." },
        { "Upstreams:up:Discover", "false", "Patchbay:Models:Upstreams:up: with Discover false, Models must name at least one model." },
        { "Upstreams:up:ApiKeyFile", "/no/such/file", "Patchbay:Models:Upstreams:up:ApiKeyFile: the file cannot be read." },
        { "Upstreams:up:ApiKeyVariable", "NO_SUCH_VARIABLE_HERE", "Patchbay:Models:Upstreams:up:ApiKeyVariable: the key must have 1 to 4096 visible ASCII characters." },
        { "Upstreams:up:ApiKey", "se cret", "Patchbay:Models:Upstreams:up:ApiKey: the key must have 1 to 4096 visible ASCII characters." },
        { "Upstreams:a b:BaseUrl", Url, "Patchbay:Models:Upstreams: a name has 1 to 64 letters, digits, '-', '_' or '.'." },
        { "MaxPromptBytes", "1023", "Patchbay:Models:MaxPromptBytes must be between 1024 and 67108864." },
        { "MaxAnswerChars", "16777217", "Patchbay:Models:MaxAnswerChars must be between 1024 and 16777216." },
        { "MaxEventBytes", "1023", "Patchbay:Models:MaxEventBytes must be between 1024 and 16777216." },
        { "MaxBodyBytes", "268435457", "Patchbay:Models:MaxBodyBytes must be between 1024 and 268435456." },
        { "TokensPerHourPerKey", "-1", "Patchbay:Models:TokensPerHourPerKey must be between 0 and 1000000000000." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_value_out_of_range_is_named(string name, string value, string line) => Assert.Equal([line], Faults(("Upstreams:up:BaseUrl", Url), (name, value)));

    [Theory]
    [InlineData("127.0.0.1:11434")]
    [InlineData("ftp://host/v1")]
    [InlineData("/v1")]
    [InlineData("http://user:word@host/v1")]
    [InlineData("http://host/v1?key=secret")]
    public void A_base_url_that_is_none_is_named_and_its_secrets_are_not(string url)
    {
        var line = Assert.Single(Faults(("Upstreams:up:BaseUrl", url)));

        Assert.StartsWith("Patchbay:Models:Upstreams:up:BaseUrl must be", line);
        Assert.DoesNotContain("word", line);
        Assert.DoesNotContain("secret", line);
    }

    [Fact]
    public void A_missing_base_url_is_named_with_an_example() =>
        Assert.Contains("127.0.0.1:11434/v1", Assert.Single(Faults(("Upstreams:up:MaxRetries", "1"))));

    [Fact]
    public void Only_one_source_of_a_key_may_be_set() =>
        Assert.Contains("only one of", Assert.Single(Faults(("Upstreams:up:BaseUrl", Url), ("Upstreams:up:ApiKey", "secret-1"), ("Upstreams:up:ApiKeyFile", "x"))));

    [Fact]
    public void An_alias_stands_for_one_model()
    {
        var line = Assert.Single(Faults(
            ("Upstreams:a:BaseUrl", Url), ("Upstreams:a:Models:0:Id", "x"), ("Upstreams:a:Models:0:Aliases:0", "best"),
            ("Upstreams:b:BaseUrl", Url), ("Upstreams:b:Models:0:Id", "y"), ("Upstreams:b:Models:0:Aliases:0", "best")));

        Assert.Contains("'best'", line);
    }

    [Fact]
    public void Capabilities_of_models_are_those_that_can_be_called() =>
        Assert.Contains("Capabilities", Assert.Single(Faults(("Upstreams:up:BaseUrl", Url), ("Upstreams:up:Models:0:Id", "x"), ("Upstreams:up:Models:0:Capabilities:0", "vad"))));

    [Fact]
    public void The_limits_themselves_are_allowed() => Assert.Empty(Faults(
        ("Upstreams:up:BaseUrl", "https://host.example/some/path/v1/"), ("Upstreams:up:ConnectTimeoutMs", "10"), ("Upstreams:up:TotalTimeoutMs", "300000"), ("Upstreams:up:MaxRetries", "0"),
        ("Upstreams:up:MaxWaiting", "0"), ("Upstreams:up:MaxConcurrency", "10000"), ("MaxPromptBytes", "1024"), ("MaxAnswerChars", "16777216"), ("TokensPerHourPerKey", "1000000000000")));

    private static IEnumerable<string> Faults(params (string Name, string Value)[] settings)
    {
        using var room = ModelRoomSettings.Of(settings);
        try
        {
            _ = room.Options.Value;
            return [];
        }
        catch (OptionsValidationException fault)
        {
            return fault.Failures;
        }
    }
}
