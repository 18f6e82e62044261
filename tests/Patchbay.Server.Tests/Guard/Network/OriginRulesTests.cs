using Patchbay.Server.Guard.Network;

namespace Patchbay.Server.Tests.Guard.Network;

public sealed class OriginRulesTests
{
    private static readonly OriginRules Rules = new(["https://app.example.org", "http://localhost:5173"]);

    [Theory]
    [InlineData(null, "http", "127.0.0.1:8000")]
    [InlineData("http://127.0.0.1:8000", "http", "127.0.0.1:8000")]
    [InlineData("http://[::1]:8000", "http", "[::1]:8000")]
    [InlineData("https://example.org", "https", "example.org")]
    [InlineData("https://example.org", "https", "example.org:443")]
    [InlineData("http://example.org", "http", "example.org:80")]
    [InlineData("https://app.example.org", "http", "127.0.0.1:8000")]
    [InlineData("http://localhost:5173", "http", "127.0.0.1:8000")]
    public void No_page_the_own_pages_and_the_listed_ones_may_call(string? origin, string scheme, string host) =>
        Assert.True(Rules.Allows(origin, scheme, host));

    [Theory]
    [InlineData("null", "http", "127.0.0.1:8000")]
    [InlineData("", "http", "127.0.0.1:8000")]
    [InlineData("http://127.0.0.1", "http", "127.0.0.1:8000")]
    [InlineData("http://127.0.0.1:8001", "http", "127.0.0.1:8000")]
    [InlineData("https://127.0.0.1:8000", "http", "127.0.0.1:8000")]
    [InlineData("http://localhost:8000", "http", "127.0.0.1:8000")]
    [InlineData("https://app.example.org.evil", "http", "127.0.0.1:8000")]
    [InlineData("https://app.example.org/", "http", "127.0.0.1:8000")]
    [InlineData("http://app.example.org", "http", "127.0.0.1:8000")]
    [InlineData("https://app.example.org,https://evil.example", "http", "127.0.0.1:8000")]
    public void Any_other_page_may_not(string origin, string scheme, string host) => Assert.False(Rules.Allows(origin, scheme, host));

    [Theory]
    [InlineData("https://example.org", true)]
    [InlineData("http://localhost:5173", true)]
    [InlineData("https://example.org/", false)]
    [InlineData("https://example.org:443", false)]
    [InlineData("example.org", false)]
    [InlineData("ftp://example.org", false)]
    [InlineData("null", false)]
    [InlineData("*", false)]
    public void An_entry_that_no_browser_would_send_stops_the_start(string entry, bool fine) => Assert.Equal(fine, OriginRules.Fault(entry) is null);
}
