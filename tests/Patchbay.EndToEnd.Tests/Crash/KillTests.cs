using Patchbay.EndToEnd.Tests.Servers;
using Patchbay.Testing.Faults;

namespace Patchbay.EndToEnd.Tests.Crash;

/// <summary>The server is killed again and again while clients work; what they were told is held against what was done (protocol section 6).</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Clients = 4;

    private static readonly int Rounds = Environment.GetEnvironmentVariable("PATCHBAY_LONG") == "1" ? 300 : 20;

    [Fact]
    [Requirement("PROTO-6-02", "PROTO-6-28", "PROTO-6-30")]
    public async Task Nothing_is_lost_and_nothing_done_twice_however_often_the_server_is_killed()
    {
        var random = new Random(20_26);
        var history = new AppendHistory();
        var data = Directory.CreateTempSubdirectory("patchbay-kill-").FullName;
        (await KeyTemplate.GetAsync()).CopyTo(data);
        var server = await ServerProcess.StartOnAsync(data, ownsData: false);
        await using var proxy = FaultProxy.Start(server.Url);
        var isUp = new TaskCompletionSource();
        isUp.SetResult();
        var clients = Enumerable.Range(0, Clients).Select(number => new AppendClient(proxy.Url, $"c{number}", number, history, () => Volatile.Read(ref isUp).Task)).ToList();
        var running = clients.Select(client => client.RunAsync()).ToList();
        for (var round = 0; round < Rounds; round++)
        {
            // Now and then at once, while clients are coming back; mostly in the middle of the work.
            var until = history.Answers + random.Next(80) - 8;
            await Patience.UntilAsync(() => history.Answers >= until, $"Round {round}: {history.Answers} answers.");
            Volatile.Write(ref isUp, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            await server.KillAsync();
            await server.DisposeAsync();
            server = await ServerProcess.StartOnAsync(data, ownsData: false);
            proxy.Target = server.Url;
            isUp.SetResult();
        }

        clients.ForEach(client => client.Finish());
        await Task.WhenAll(running).Bounded();
        Assert.Equal(0, await server.StopAsync());
        await server.DisposeAsync();
        var lines = await File.ReadAllLinesAsync(Path.Combine(data, "debug.log"));
        output.WriteLine($"{Rounds} kills, {history.Calls} calls, {lines.Length} lines, {history.Unknown} unknown, {clients.Sum(client => client.Resumes)} resumes.");
        Assert.Empty(history.Judge(lines));

        // The kills came in the middle of the work.
        Assert.InRange(clients.Sum(client => client.Resumes), Rounds, int.MaxValue);
        Assert.InRange(history.Unknown, 1, history.Calls / 2);
        Directory.Delete(data, recursive: true);
    }

    [Fact]
    public void The_judge_sees_what_is_lost_or_done_twice()
    {
        var history = new AppendHistory();
        foreach (var line in (string[])["kept", "lost", "twice", "unknown-done", "unknown-not-done", "silent"])
            history.Asked(line);
        foreach (var line in (string[])["kept", "lost", "twice"])
            history.Appended(line);
        history.OutcomeUnknown("unknown-done");
        history.OutcomeUnknown("unknown-not-done");
        Assert.Equal(
            ["silent was never answered", "foreign was appended and never asked for", "lost is lost although it was said to be appended", "twice was appended 2 times"],
            history.Judge(["kept", "twice", "twice", "unknown-done", "foreign"]).Order(StringComparer.Ordinal).OrderBy(fault => fault[0] == 's' ? 0 : 1));
    }
}
