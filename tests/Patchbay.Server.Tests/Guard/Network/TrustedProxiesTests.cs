using System.Net;
using Patchbay.Server.Guard.Network;

namespace Patchbay.Server.Tests.Guard.Network;

public sealed class TrustedProxiesTests
{
    private static readonly TrustedProxies Proxies = new(["127.0.0.1", "10.0.0.0/8", "2001:db8::/32"]);

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1", false)]
    [InlineData("127.0.0.1", "127.0.0.1", true)]
    [InlineData("::1", "::1", true)]
    [InlineData("::ffff:127.0.0.1", "127.0.0.1", true)]
    [InlineData("fe80::1%3", "fe80::1", false)]
    public void Without_the_header_it_is_the_peer(string peer, string client, bool loopback) =>
        Assert.Equal(new ClientAddress(IPAddress.Parse(client), loopback), Proxies.Resolve(IPAddress.Parse(peer), []));

    [Theory]
    [InlineData("10.1.1.1", "203.0.113.5", "203.0.113.5")]
    [InlineData("10.1.1.1", "198.51.100.1, 203.0.113.5", "203.0.113.5")]
    [InlineData("::ffff:10.1.1.1", "203.0.113.5", "203.0.113.5")]
    [InlineData("2001:db8::9", "2001:db9::1", "2001:db9::1")]
    [InlineData("10.1.1.1", "127.0.0.1", "127.0.0.1")]
    [InlineData("10.1.1.1", "", "10.1.1.1")]
    [InlineData("10.1.1.1", "unknown", "10.1.1.1")]
    [InlineData("10.1.1.1", "203.0.113.5, ", "10.1.1.1")]
    [InlineData("10.1.1.1", "0313.0.0.1", "10.1.1.1")]
    [InlineData("10.1.1.1", "1", "10.1.1.1")]
    [InlineData("192.0.2.1", "203.0.113.5", "192.0.2.1")]
    [InlineData("127.0.0.1", "127.0.0.1", "127.0.0.1")]
    [Patchbay.Testing.Requirement("PROTO-2-21")]
    public void With_the_header_a_trusted_peer_names_the_client_and_nobody_is_loopback(string peer, string header, string client) =>
        Assert.Equal(new ClientAddress(IPAddress.Parse(client), false), Proxies.Resolve(IPAddress.Parse(peer), [header]));

    [Fact]
    public void Of_several_headers_the_last_entry_of_the_last_counts() =>
        Assert.Equal("203.0.113.6", Proxies.Resolve(IPAddress.Parse("10.1.1.1"), ["198.51.100.1", "198.51.100.2, 203.0.113.6"]).Address.ToString());

    [Fact]
    public void Bits_beyond_the_prefix_of_a_network_are_ignored()
    {
        var proxies = new TrustedProxies(["10.0.0.1/8"]);
        Assert.Equal("203.0.113.5", proxies.Resolve(IPAddress.Parse("10.200.0.9"), ["203.0.113.5"]).Address.ToString());
        Assert.Equal("11.0.0.1", proxies.Resolve(IPAddress.Parse("11.0.0.1"), ["203.0.113.5"]).Address.ToString());
    }

    [Fact]
    [Patchbay.Testing.Requirement("PROTO-2-22")]
    public void By_default_nobody_is_trusted_and_the_header_takes_loopback_away()
    {
        var none = new TrustedProxies([]);
        Assert.Equal(new ClientAddress(IPAddress.Loopback, false), none.Resolve(IPAddress.Loopback, ["203.0.113.5"]));
    }

    [Theory]
    [InlineData("10.0.0.0/8", true)]
    [InlineData("2001:db8::1", true)]
    [InlineData("10.0.0.1/8", true)]
    [InlineData("010.0.0.0/8", false)]
    [InlineData("10/8", false)]
    [InlineData("10.0.0.0/33", false)]
    [InlineData("010.0.0.1", false)]
    [InlineData("proxy", false)]
    [InlineData("", false)]
    public void An_entry_that_is_no_network_stops_the_start(string entry, bool fine)
    {
        Assert.Equal(fine, TrustedProxies.Fault(entry) is null);
        if (!fine)
            Assert.Throws<ArgumentException>(() => new TrustedProxies([entry]));
    }
}
