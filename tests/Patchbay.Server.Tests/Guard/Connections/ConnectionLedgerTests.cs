using System.Net;
using Patchbay.Server.Guard.Connections;

namespace Patchbay.Server.Tests.Guard.Connections;

public sealed class ConnectionLedgerTests
{
    private static readonly IPAddress Here = IPAddress.Parse("192.0.2.7");
    private static readonly IPAddress There = IPAddress.Parse("192.0.2.8");

    [Fact]
    public void A_key_has_ten_connections_and_an_address_fifty()
    {
        var ledger = new ConnectionLedger(() => new ConnectionLimits());
        for (int key = 0; key < 5; key++)
        {
            for (int i = 0; i < 10; i++)
                Assert.NotNull(ledger.TryOpen("k" + key, Here));
            Assert.Null(ledger.TryOpen("k" + key, There));
        }

        Assert.Null(ledger.TryOpen("k5", Here));
        Assert.NotNull(ledger.TryOpen("k5", There));
    }

    [Fact]
    public void A_place_is_given_back_once()
    {
        var ledger = new ConnectionLedger(() => new ConnectionLimits(PerKey: 2));
        var first = ledger.TryOpen("a", Here)!;
        Assert.NotNull(ledger.TryOpen("a", Here));
        Assert.Null(ledger.TryOpen("a", Here));
        first.Dispose();
        first.Dispose();
        Assert.NotNull(ledger.TryOpen("a", Here));
        Assert.Null(ledger.TryOpen("a", Here));
    }

    [Fact]
    public void A_refusal_takes_no_place_of_the_other_count()
    {
        var ledger = new ConnectionLedger(() => new ConnectionLimits(PerKey: 1, PerAddress: 2));
        var first = ledger.TryOpen("a", Here)!;
        for (int i = 0; i < 10; i++)
            Assert.Null(ledger.TryOpen("a", Here));
        Assert.NotNull(ledger.TryOpen("b", Here));
        Assert.Null(ledger.TryOpen("c", Here));
        first.Dispose();
        Assert.NotNull(ledger.TryOpen("c", Here));
    }
}
