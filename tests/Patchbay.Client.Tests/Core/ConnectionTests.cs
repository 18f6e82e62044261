using System.Text.Json.Nodes;
using Patchbay.Client.Core;
using Patchbay.Protocol.Errors;

namespace Patchbay.Client.Tests.Core;

/// <summary>Attempts, endings, backoff, heartbeats.</summary>
public class ConnectionTests
{
    public static TheoryData<int> CloseNumbers => [.. CloseCodes.All.Select(row => row.Code), 1005, 1006, 3333];

    [Theory]
    [MemberData(nameof(CloseNumbers))]
    public void A_close_means_what_the_servers_table_says(int code)
    {
        var row = CloseCodes.All.FirstOrDefault(row => row.Code == code);
        var bench = new CoreBench().Connect();

        bench.Core.Closed(code, "retry_after_ms=1500", bench.Now);

        var mayReconnect = row?.Reconnect != Reconnect.No;
        Assert.Equal(mayReconnect ? McpConnectionState.Reconnecting : McpConnectionState.Closed, bench.Core.State);
        // Chance is one half: half of the first bound of half a second, after what was asked for.
        if (mayReconnect)
            Assert.Equal((row?.Reconnect == Reconnect.AfterDelay ? 1.5 : 0) + 0.25, bench.Core.NextDeadline - bench.Now, 6);
        var error = bench.Of(OutputKind.State).Single().Error!;
        Assert.Equal(code == 1013 ? "SERVER_OVERLOADED" : row?.Error?.Name ?? "CONNECTION_LOST", error.Code);
        Assert.Equal(code, (int)error.Details["close_code"]!);
    }

    [Theory]
    [InlineData(null, "CONNECTION_FAILED", true)]
    [InlineData(400, "INVALID_PROTOCOL_VERSION", false)]
    [InlineData(401, "INVALID_API_KEY", false)]
    [InlineData(403, "SECURITY_VIOLATION", false)]
    [InlineData(404, "CONNECTION_FAILED", false)]
    [InlineData(408, "CONNECTION_FAILED", true)]
    [InlineData(421, "SECURITY_VIOLATION", false)]
    [InlineData(425, "CONNECTION_FAILED", true)]
    [InlineData(426, "INVALID_PROTOCOL_VERSION", false)]
    [InlineData(429, "RATE_LIMIT_EXCEEDED", true)]
    [InlineData(502, "CONNECTION_FAILED", true)]
    [InlineData(503, "SERVER_OVERLOADED", true)]
    public void A_refused_handshake_means_what_its_status_says(int? status, string code, bool mayReconnect)
    {
        var first = new CoreBench();
        first.Core.Connect(first.Now);
        first.Core.OpenFailed(status, null, "no", null, first.Now);
        Assert.Equal(McpConnectionState.Closed, first.Core.State);
        Assert.Equal(code, first.Core.ClosingError!.Code);

        var later = new CoreBench().Connect();
        later.Lose();
        later.Core.OpenFailed(status, 20, "no", null, later.Now);
        Assert.Equal(mayReconnect ? McpConnectionState.Reconnecting : McpConnectionState.Closed, later.Core.State);
        // The second attempt of the count: half of one second beyond the 20 asked for.
        if (mayReconnect)
            Assert.Equal(20.5, later.Core.NextDeadline - later.Now, 6);
    }

    [Fact]
    public void Backoff_doubles_to_its_bound_and_begins_anew_after_a_connection_that_held()
    {
        var bench = new CoreBench().Connect();
        bench.Core.Closed(1006, "", bench.Now);
        var waits = new List<double>();
        for (var i = 0; i < 9; i++)
        {
            var began = bench.Now;
            while (bench.Of(OutputKind.Open).Count == 0)
                bench.Elapse(bench.Core.NextDeadline - bench.Now);
            waits.Add(bench.Now - began);
            bench.Core.OpenFailed(null, null, "no", null, bench.Now);
        }

        // random() · min(30, 0.5 · 2^n), chance being one half.
        Assert.Equal([0.25, 0.5, 1, 2, 4, 8, 15, 15, 15], waits.Select(wait => Math.Round(wait, 6)));
        while (bench.Of(OutputKind.Open).Count == 0)
            bench.Elapse(bench.Core.NextDeadline - bench.Now);
        bench.Resume();
        bench.Elapse(5);
        bench.Core.Closed(1006, "", bench.Now);
        Assert.Equal(0.25, bench.Core.NextDeadline - bench.Now, 6);
    }

    [Fact]
    public void Reconnecting_is_given_up_when_told_to()
    {
        var bench = new CoreBench(options => options with { ReconnectMaxAttempts = 2 }).Connect();
        var call = bench.Call();
        bench.Lose();
        bench.Core.OpenFailed(null, null, "no", null, bench.Now);
        bench.Elapse(1);
        bench.Core.OpenFailed(503, null, "full", null, bench.Now);

        Assert.Equal([(call, "RECONNECTION_FAILED")], bench.Fails());
        Assert.Equal(2, (int)bench.Core.ClosingError!.Details["attempts"]!);
        Assert.Equal("SERVER_OVERLOADED", (string?)bench.Core.ClosingError.Details["last_error"]!["error_code"]);
        Assert.Equal(double.PositiveInfinity, bench.Core.NextDeadline);
    }

    [Fact]
    public void Two_silent_intervals_end_the_connection()
    {
        var bench = new CoreBench().Connect();

        bench.Elapse(59.9);
        var beat = Assert.Single(bench.Sent(), message => (string?)message["message_type"] == "heartbeat");
        Assert.Equal("client-1", (string?)beat["client_id"]);
        bench.Elapse(0.2);

        Assert.Equal(4408, Assert.Single(bench.Of(OutputKind.Drop)).Number);
        Assert.Equal("HEARTBEAT_TIMEOUT", bench.Of(OutputKind.State)[0].Error!.Code);
    }

    [Fact]
    public void A_heartbeats_echo_gives_the_round_trip_and_a_paused_reader_is_no_silence()
    {
        var bench = new CoreBench().Connect();
        bench.Elapse(30);
        var beat = Assert.Single(bench.Sent(), message => (string?)message["message_type"] == "heartbeat");
        bench.Elapse(0.125);
        bench.Message("heartbeat", new JsonObject { ["client_id"] = "client-1", ["uptime"] = 1, ["metrics"] = new JsonObject { ["echo"] = (string?)beat["message_id"] } }, numbered: false);
        Assert.Equal(125, (double)bench.Core.Report(bench.Now)["connection"]!["rtt_ms"]!, 3);

        bench.Core.ConsumerPaused(true, bench.Now);
        bench.Elapse(600);
        Assert.Empty(bench.Of(OutputKind.Drop));
        bench.Core.ConsumerPaused(false, bench.Now);
        bench.Elapse(61);
        Assert.Single(bench.Of(OutputKind.Drop));
    }

    [Fact]
    public void An_attempt_has_its_time_from_opening_to_ready()
    {
        var bench = new CoreBench();
        bench.Core.Connect(bench.Now);
        bench.Welcomed();
        bench.Elapse(10);

        Assert.Equal(4408, Assert.Single(bench.Of(OutputKind.Drop)).Number);
        Assert.Equal("CONNECTION_FAILED", bench.Core.ClosingError!.Code);
    }

    [Fact]
    public void A_server_of_another_version_is_left()
    {
        var bench = new CoreBench();
        bench.Core.Connect(bench.Now);
        bench.Welcomed(new JsonObject { ["protocol_versions"] = new JsonArray("3.0") });

        Assert.Equal("INVALID_PROTOCOL_VERSION", bench.Core.ClosingError!.Code);
        Assert.Single(bench.Of(OutputKind.Drop));
    }

    [Fact]
    public void A_draining_server_gets_no_new_request_and_is_come_back_to_when_it_said()
    {
        var bench = new CoreBench().Connect();
        bench.Message("event", new JsonObject { ["event_type"] = "server.draining", ["data"] = new JsonObject { ["reconnect_after_ms"] = 3000 } });
        bench.Call();
        Assert.Empty(bench.Sent());

        bench.Core.Closed(1012, "server restart", bench.Now);

        Assert.Equal(3.25, bench.Core.NextDeadline - bench.Now, 6);
    }
}
