using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Patchbay.EndToEnd.Tests.Telemetry;

namespace Patchbay.EndToEnd.Tests.Faults;

/// <summary>Something is broken on purpose, and the check that owns it says so, with its figure and what to do.</summary>
public class FaultTests
{
    private static readonly string[] Mounts = ["unshare", "-m"];
    private static readonly string[] OwnMounts = ["unshare", "-rm"];

    [Fact]
    public async Task A_filesystem_that_is_nearly_full_is_found()
    {
        OutsideTool.Need("unshare", "util-linux");
        var program = await CanAsync([.. Mounts, "mount", "-t", "tmpfs", "none", "/mnt"]) ? Mounts
            : await CanAsync([.. OwnMounts, "mount", "-t", "tmpfs", "none", "/mnt"]) ? OwnMounts : null;
        Assert.SkipWhen(program is null, "this machine lets nobody here mount a filesystem, not even in a namespace of its own");
        // 4 MiB, of which one block of 4 KiB stays free: 0.1 %.
        await using var server = await StrickenServer.StartAsync(
            "mkdir full; mount -t tmpfs -o size=4m none full; head -c $((4 * 1024 * 1024 - 4096)) /dev/zero > full/filler; exec \"$@\"", program!);

        var (status, overall, check) = await server.VerdictAsync("basic", "disk:space", "fail");

        Assert.Equal((503, "fail"), (status, overall));
        Assert.InRange((double)check["observedValue"]!, 0, 5);
        Assert.Equal("percent", (string?)check["observedUnit"]);
        Assert.Contains("/full", (string?)check["output"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task File_descriptors_that_are_nearly_used_up_are_found()
    {
        OutsideTool.Need("prlimit", "util-linux");
        await using var server = await StrickenServer.StartAsync("exec \"$@\"", [], ("Limits__ConnectionsPerKey", "1000"), ("Limits__ConnectionsPerAddress", "1000"), ("Limits__HandshakesPerMinutePerAddress", "10000"));
        Assert.Equal("pass", (string?)(await server.CheckAsync("detailed", "process:file_descriptors")).Check["status"]);
        var peers = new List<RawPeer>();
        for (var i = 0; i < 300; i++)
            peers.Add(await RawPeer.OpenAsync(server.Url));
        var open = Directory.GetFileSystemEntries($"/proc/{server.ProcessId}/fd").Length;
        // So that they are 96 % of what it may have: more than 95, and room enough for the look itself.
        var limit = (int)Math.Ceiling(open / 0.96);
        var (exitCode, output) = await OutsideTool.RunAsync("prlimit", ["--pid", server.ProcessId.ToString(CultureInfo.InvariantCulture), $"--nofile={limit}:"]);
        Assert.True(exitCode == 0, output);

        var (status, _, check) = await server.VerdictAsync("detailed", "process:file_descriptors", "fail");

        Assert.Equal(503, status);
        Assert.InRange((double)check["observedValue"]!, 95, 100);
        Assert.Contains("ulimit -n", (string?)check["output"], StringComparison.Ordinal);
        peers.ForEach(peer => peer.Dispose());
    }

    [Fact]
    public async Task A_model_server_that_has_stopped_is_found()
    {
        using var model = new TcpListener(IPAddress.Loopback, 0);
        model.Start();
        var address = $"127.0.0.1:{((IPEndPoint)model.LocalEndpoint).Port}";
        await using var server = await StrickenServer.StartAsync("exec \"$@\"", [], ("System__TcpTargets__0", address), ("System__HttpTargets__0", $"http://{address}/v1/models"));
        var answering = AnswerOnceAsync(model);
        Assert.Equal("pass", (string?)(await server.CheckAsync("full", "tcp:connect.0")).Check["status"]);
        await answering;
        model.Stop();

        foreach (var key in new[] { "tcp:connect.0", "http:answer.0" })
        {
            var (status, overall, check) = await server.CheckAsync("full", key);
            Assert.Equal((503, "fail", "fail"), (status, overall, (string?)check["status"]));
            Assert.Contains("Does the service run", (string?)check["output"], StringComparison.Ordinal);
            // Where it is stands in the settings: the report names the setting, not the address.
            Assert.DoesNotContain(address, (string?)check["output"], StringComparison.Ordinal);
        }

        // Liveness does not depend on others.
        using var http = new HttpClient();
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(server.Url, "/health/live")).Bounded()).StatusCode);
    }

    [Fact]
    public async Task A_target_that_accepts_and_never_answers_does_not_delay_the_report()
    {
        using var hanging = new TcpListener(IPAddress.Loopback, 0);
        hanging.Start();
        var address = $"127.0.0.1:{((IPEndPoint)hanging.LocalEndpoint).Port}";
        await using var server = await StrickenServer.StartAsync(
            "exec \"$@\"", [], ("System__HttpTargets__0", $"http://{address}/"), ("System__TlsTargets__0", address), ("System__NetworkCheckTimeoutMs", "300"), ("System__FullDeadlineMs", "4000"));

        var started = Stopwatch.GetTimestamp();
        var (_, overall, check) = await server.CheckAsync("full", "http:answer.0");
        var took = Stopwatch.GetElapsedTime(started);

        Assert.True(took < TimeSpan.FromSeconds(10), $"{took}");
        // No verdict is no status; the whole is at best a warning then.
        Assert.Null(check["status"]);
        Assert.Contains("did not end in time", (string?)check["output"], StringComparison.Ordinal);
        Assert.NotEqual("pass", overall);
    }

    [Fact]
    public async Task Packets_that_are_lost_on_the_way_are_found()
    {
        OutsideTool.Need("tc", "iproute2");
        string[] network = ["unshare", "-n"];
        const string lossy = "ip link set lo up; tc qdisc add dev lo root netem loss 20%";
        Assert.SkipUnless(await CanAsync([.. network, "sh", "-ec", lossy]), "this machine lets nobody lose packets here: it takes network namespaces and the kernel module sch_netem");
        // Traffic and question come from inside the namespace: nothing else reaches it.
        await using var server = await StrickenServer.StartAsync(lossy + "; exec \"$@\"", network);
        var client = Repository.At("tests", "Patchbay.EndToEnd.Tests", "Faults", "lossy_client.py");

        var (exitCode, output) = await OutsideTool.RunAsync(
            "nsenter", ["-t", server.ProcessId.ToString(CultureInfo.InvariantCulture), "-n", "python3", client, server.Url.AbsoluteUri, TestServer.Key]);

        Assert.True(exitCode == 0, output);
        Assert.Contains("\"status\": \"fail\"", output, StringComparison.Ordinal);
        Assert.Contains("Packets are lost on the way", output, StringComparison.Ordinal);
    }

    private static async Task AnswerOnceAsync(TcpListener listener)
    {
        // The TCP check connects and says nothing; the HTTP one asks.
        for (var i = 0; i < 2; i++)
        {
            using var client = await listener.AcceptTcpClientAsync().Bounded();
            var buffer = new byte[4096];
            if (await client.GetStream().ReadAsync(buffer).AsTask().Bounded() > 0)
                await client.GetStream().WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"u8.ToArray());
        }
    }

    private static async Task<bool> CanAsync(string[] command) => (await OutsideTool.RunAsync(command[0], command[1..])).ExitCode == 0;
}
