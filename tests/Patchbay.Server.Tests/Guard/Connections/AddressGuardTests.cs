using System.Net;
using Patchbay.Server.Guard.Connections;

namespace Patchbay.Server.Tests.Guard.Connections;

public sealed class AddressGuardTests
{
    private static readonly IPAddress Here = IPAddress.Parse("192.0.2.7");

    private readonly ManualTime _time = new();
    private int _limit = 120;

    private AddressGuard Guard() => new(_time, () => _limit);

    [Fact]
    public void A_hundred_and_twenty_handshakes_a_minute_pass_and_the_next_is_told_how_long_to_wait()
    {
        var guard = Guard();
        for (int i = 0; i < 120; i++)
        {
            Assert.Equal(0, guard.TakeHandshake(Here));
            _time.AdvanceMs(100);
        }

        Assert.Equal(48_000, guard.TakeHandshake(Here));
        _time.AdvanceMs(47_999);
        Assert.Equal(1, guard.TakeHandshake(Here));
        _time.AdvanceMs(1);
        Assert.Equal(0, guard.TakeHandshake(Here));
        Assert.Equal(0, guard.TakeHandshake(IPAddress.Parse("192.0.2.8")));
    }

    [Fact]
    public void A_new_limit_holds_for_the_next_handshake()
    {
        var guard = Guard();
        for (int i = 0; i < 120; i++)
            guard.TakeHandshake(Here);
        _limit = 1_000_000_000;
        Assert.Equal(0, guard.TakeHandshake(Here));
        _limit = 1;
        Assert.NotEqual(0, guard.TakeHandshake(Here));
    }

    [Fact]
    public void The_tenth_wrong_key_within_a_minute_blocks_for_fifteen_minutes()
    {
        var guard = Guard();
        for (int i = 0; i < 9; i++)
            Assert.False(guard.NoteWrongKey(Here));
        Assert.Equal(0, guard.BlockedForMs(Here));
        _time.AdvanceMs(59_999);
        Assert.True(guard.NoteWrongKey(Here));
        Assert.False(guard.NoteWrongKey(Here));

        Assert.Equal(900_000, guard.BlockedForMs(Here));
        Assert.Equal(900_000, guard.TakeHandshake(Here));
        Assert.Equal(0, guard.BlockedForMs(IPAddress.Parse("192.0.2.8")));
        _time.AdvanceMs(899_999);
        Assert.Equal(1, guard.BlockedForMs(Here));
        _time.AdvanceMs(1);
        Assert.Equal(0, guard.BlockedForMs(Here));
        Assert.Equal(0, guard.TakeHandshake(Here));
        Assert.False(guard.NoteWrongKey(Here));
    }

    [Fact]
    public void Nine_wrong_keys_a_minute_never_block()
    {
        var guard = Guard();
        for (int i = 0; i < 90; i++)
        {
            Assert.False(guard.NoteWrongKey(Here));
            _time.AdvanceMs(6_667);
        }
    }

    [Fact]
    public void An_IPv6_network_of_64_bits_is_one_address_and_IPv4_in_IPv6_is_IPv4()
    {
        var guard = Guard();
        for (int i = 0; i < 10; i++)
            guard.NoteWrongKey(IPAddress.Parse($"2001:db8:1:2::{i:x}"));
        Assert.NotEqual(0, guard.BlockedForMs(IPAddress.Parse("2001:db8:1:2:ffff::1")));
        Assert.Equal(0, guard.BlockedForMs(IPAddress.Parse("2001:db8:1:3::1")));

        for (int i = 0; i < 10; i++)
            guard.NoteWrongKey(IPAddress.Parse("::ffff:192.0.2.7"));
        Assert.NotEqual(0, guard.BlockedForMs(Here));
        Assert.Equal(0, guard.BlockedForMs(IPAddress.Parse("0:0:c000:207::1")));
    }

    [Fact]
    public void An_attack_from_many_addresses_is_forgotten_before_a_block_is()
    {
        var guard = Guard();
        for (int i = 0; i < 10; i++)
            guard.NoteWrongKey(Here);
        for (uint i = 0; i < AddressGuard.MaxAddresses * 2; i++)
            guard.TakeHandshake(new IPAddress(i + 0x0A00_0000));
        Assert.Equal(AddressGuard.MaxAddresses, guard.Known);
        Assert.NotEqual(0, guard.BlockedForMs(Here));
    }
}
