using Patchbay.Server.Guard.Network;

namespace Patchbay.Server.Tests.Guard.Network;

public sealed class HostRulesTests
{
    private static readonly HostRules Rules = new(["example.org", "api.example.net:8443", "*.example.com"]);

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:8000")]
    [InlineData("127.0.0.1:8000")]
    [InlineData("[::1]")]
    [InlineData("[::1]:8000")]
    [InlineData("example.org")]
    [InlineData("Example.Org:81")]
    [InlineData("api.example.net:8443")]
    [InlineData("a.example.com")]
    [InlineData("a.b.example.com:443")]
    public void A_host_on_the_list_is_answered(string host) => Assert.True(Rules.Allows(host));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("evil.example")]
    [InlineData("localhost.evil.example")]
    [InlineData("evil-example.org")]
    [InlineData("example.org.")]
    [InlineData("example.org.evil")]
    [InlineData("api.example.net")]
    [InlineData("api.example.net:8444")]
    [InlineData("example.com")]
    [InlineData("evilexample.com")]
    [InlineData(".example.com")]
    [InlineData("localhost:")]
    [InlineData("localhost:0")]
    [InlineData("localhost:65536")]
    [InlineData("localhost:80:80")]
    [InlineData("localhost:+80")]
    [InlineData("localhost@evil")]
    [InlineData("localhost/evil")]
    [InlineData("localhost, evil")]
    [InlineData("127.0.0.1.evil")]
    [InlineData("::1")]
    [InlineData("[::1")]
    [InlineData("[::1]evil")]
    [InlineData("[localhost]")]
    [InlineData("[]")]
    [InlineData(" localhost")]
    [InlineData("localhost\0")]
    public void Any_other_host_is_not(string? host) => Assert.False(Rules.Allows(host));

    [Theory]
    [InlineData("example.org", true)]
    [InlineData("*.example.org:8443", true)]
    [InlineData("[2001:db8::1]:80", true)]
    [InlineData("https://example.org", false)]
    [InlineData("*", false)]
    [InlineData("exa*mple.org", false)]
    [InlineData("", false)]
    public void An_entry_that_could_never_match_stops_the_start(string entry, bool fine)
    {
        Assert.Equal(fine, HostRules.Fault(entry) is null);
        if (!fine)
            Assert.Throws<ArgumentException>(() => new HostRules([entry]));
    }
}
