using Patchbay.EndToEnd.Tests.Servers;

namespace Patchbay.EndToEnd.Tests.Sessions;

/// <summary>The end of a process that an operator asks for (protocol section 6).</summary>
public sealed class DrainTests
{
    [Fact]
    [Requirement("PROTO-6-38")]
    public async Task A_process_that_drains_closes_each_connection_after_its_last_call_and_exits_with_0()
    {
        await using var server = await ServerProcess.StartAsync();
        using var busy = await RawPeer.OpenAsync(server.Url);
        using var idle = await RawPeer.OpenAsync(server.Url);
        await busy.SendTextAsync("""{"id":"long","method":"tools/call","params":{"name":"debug/sleep","arguments":{"ms":1500}}}""");
        // Its answer shows that the call before it has begun.
        await busy.SendTextAsync("""{"id":"ping","method":"ping"}""");
        Assert.Equal("ping", (string?)(await busy.ReadMessageAsync())["id"]);

        var stopping = server.StopAsync();
        var (idleClose, beforeIdle) = await idle.ReadToEndAsync();
        Assert.Equal((1012, "server.draining"), (idleClose.CloseCode, (string?)beforeIdle[^1]["event_type"]));
        // The other one is still served: what it asks now is refused, and its call is answered.
        await busy.SendTextAsync("""{"id":"late","method":"ping"}""");
        var (busyClose, beforeBusy) = await busy.ReadToEndAsync();
        Assert.Equal(1012, busyClose.CloseCode);
        Assert.Equal(["late", "long"], beforeBusy.Select(message => (string?)message["id"]).OfType<string>());
        Assert.Equal(1500, (int)beforeBusy[^1]["result"]!["slept_ms"]!);
        Assert.Equal(0, await stopping);
    }
}
