using System.Net;
using Patchbay.Server.Guard.Keys;
using Patchbay.Server.Guard.Tickets;

namespace Patchbay.Server.Tests.Guard.Tickets;

public sealed class TicketDeskTests
{
    private const string Page = "https://example.org";

    private readonly ManualTime _time = new();
    private readonly ApiKey _key = Key("a");
    private ApiKey? _found;

    public TicketDeskTests() => _found = _key;

    private TicketDesk Desk() => new(_time, id => id == _key.Id ? _found : Key(id));

    [Fact]
    public void A_ticket_opens_once()
    {
        var desk = Desk();
        string ticket = desk.Issue(_key, Page)!;
        Assert.Matches("^[A-Za-z0-9_-]{43}$", ticket);
        Assert.Same(_key, desk.Redeem(ticket, Page, null));
        Assert.Null(desk.Redeem(ticket, Page, null));
    }

    [Theory]
    [InlineData(Page, "https://example.com")]
    [InlineData(Page, null)]
    [InlineData(null, Page)]
    public void A_ticket_from_another_page_fails_and_is_used_up(string? made, string? used)
    {
        var desk = Desk();
        string ticket = desk.Issue(_key, made)!;
        Assert.Null(desk.Redeem(ticket, used, null));
        Assert.Null(desk.Redeem(ticket, made, null));
    }

    [Fact]
    public void A_ticket_of_a_request_without_origin_works_without_origin()
    {
        var desk = Desk();
        Assert.NotNull(desk.Redeem(desk.Issue(_key, null)!, null, null));
    }

    [Theory]
    [InlineData(29_999, true)]
    [InlineData(30_000, false)]
    public void A_ticket_works_for_thirty_seconds(int after, bool works)
    {
        var desk = Desk();
        string ticket = desk.Issue(_key, Page)!;
        _time.AdvanceMs(after);
        Assert.Equal(works, desk.Redeem(ticket, Page, null) is not null);
    }

    [Fact]
    public void A_ticket_of_a_key_that_was_revoked_since_opens_nothing()
    {
        var desk = Desk();
        string ticket = desk.Issue(_key, Page)!;
        _found = null;
        Assert.Null(desk.Redeem(ticket, Page, null));
    }

    [Fact]
    public void A_ticket_does_not_carry_a_key_to_a_network_it_is_not_meant_for()
    {
        var bound = new ApiKey { Id = "a", Name = "a", Scopes = new KeyScopes([]), AllowedAddresses = [IPNetwork.Parse("10.0.0.0/8")] };
        _found = bound;
        var desk = Desk();
        Assert.Null(desk.Redeem(desk.Issue(bound, null)!, null, IPAddress.Parse("192.0.2.1")));
        Assert.NotNull(desk.Redeem(desk.Issue(bound, null)!, null, IPAddress.Parse("10.9.9.9")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void A_guessed_ticket_opens_nothing(string guess)
    {
        var desk = Desk();
        desk.Issue(_key, null);
        Assert.Null(desk.Redeem(guess, null, null));
    }

    [Fact]
    public void A_key_holds_64_tickets_and_gets_room_when_they_are_used_or_old()
    {
        var desk = Desk();
        string first = desk.Issue(_key, null)!;
        for (int i = 1; i < TicketDesk.MaxPerKey; i++)
            Assert.NotNull(desk.Issue(_key, null));
        Assert.Null(desk.Issue(_key, null));
        Assert.NotNull(desk.Issue(Key("b"), null));

        desk.Redeem(first, null, null);
        Assert.NotNull(desk.Issue(_key, null));
        Assert.Null(desk.Issue(_key, null));
        _time.AdvanceMs(30_000);
        for (int i = 0; i < TicketDesk.MaxPerKey; i++)
            Assert.NotNull(desk.Issue(_key, null));
    }

    [Fact]
    public void All_keys_together_hold_a_bounded_number()
    {
        var desk = Desk();
        int made = 0;
        for (int key = 0; key < 2 * TicketDesk.MaxTotal / TicketDesk.MaxPerKey; key++)
        {
            for (int i = 0; i < TicketDesk.MaxPerKey; i++)
                made += desk.Issue(Key("k" + key), null) is null ? 0 : 1;
        }

        Assert.Equal(TicketDesk.MaxTotal, made);
    }

    private static ApiKey Key(string id) => new() { Id = id, Name = id, Scopes = new KeyScopes([]) };
}
