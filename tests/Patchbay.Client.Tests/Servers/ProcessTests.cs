
namespace Patchbay.Client.Tests.Servers;

/// <summary>The client against the executable: audio, and a server that is killed.</summary>
public class ProcessTests
{
    [Fact]
    public async Task Audio_arrives_whole()
    {
        await using var server = await HostProcess.StartAsync();
        await using var client = await Clients.ConnectAsync(Clients.Options(server.Url.Port));

        var report = await client.StreamAudioAsync(TwoSecondsAsync(), new McpAudioFormat(McpAudioCodec.S16Le, 16_000, 1) { Label = "silence" });

        // Two seconds in frames of 20 ms.
        Assert.Equal(100, report.GetProperty("frames").GetInt32());
        Assert.Equal(2, report.GetProperty("duration_s").GetDouble(), 3);
        Assert.Equal((100, 0), (report.GetProperty("errors").GetProperty("received").GetInt32(), report.GetProperty("errors").GetProperty("lost").GetInt32()));
    }

    [Fact]
    public async Task An_audio_stream_is_told_when_its_session_is_gone()
    {
        await using var server = await HostProcess.StartAsync();
        await using var client = await Clients.ConnectAsync(Clients.Options(server.Url.Port));
        await using var stream = await client.OpenAudioAsync(new McpAudioFormat(McpAudioCodec.S16Le, 16_000, 1));
        await stream.SendAsync(new byte[640]);

        await client.CloseAsync();

        var lost = await Assert.ThrowsAsync<McpConnectionLostException>(() => stream.SendAsync(new byte[1280]));
        Assert.Equal(stream.StreamId, (string?)lost.Details["stream_id"]);
    }

    [Fact]
    public async Task A_session_outlives_the_server_process_and_calls_that_may_run_twice_are_answered()
    {
        await using var server = await HostProcess.StartAsync();
        await using var client = await Clients.ConnectAsync(Clients.Options(server.Url.Port));
        var session = client.SessionId;
        // Read-only, and long enough to be running at the kill; and one that is neither.
        var sleep = client.CallToolAsync("debug/sleep", new { ms = 3000 });
        var append = client.CallToolAsync("debug/append", new { line = "once", ms = 600_000 });
        await client.PingAsync();

        await server.KillAsync();
        await using var next = await server.RestartAsync();

        Assert.Equal(3000, (await sleep).GetProperty("slept_ms").GetInt32());
        var interrupted = await Assert.ThrowsAsync<McpExecutionException>(() => append);
        Assert.Equal(("EXECUTION_INTERRUPTED", "unknown"), (interrupted.Code, interrupted.Outcome));
        Assert.Equal(session, client.SessionId);
        Assert.Equal(1, (int)client.GetDiagnostics()["connection"]!["resumed"]!);
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> TwoSecondsAsync()
    {
        for (var i = 0; i < 2; i++)
        {
            await Task.Yield();
            yield return new byte[16_000 * 2];
        }
    }
}
