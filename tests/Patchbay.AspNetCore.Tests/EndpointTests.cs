using System.Net;
using System.Text.Json.Nodes;
using Patchbay.Testing;

namespace Patchbay.AspNetCore.Tests;

/// <summary>The endpoints of section 1.</summary>
public class EndpointTests
{
    [Theory]
    [InlineData("GET", "/api/mcp/nothing", 404, "NOT_FOUND")]
    [InlineData("DELETE", "/api/mcp/tools", 405, "METHOD_NOT_FOUND")]
    [InlineData("GET", "/api/mcp/tickets", 405, "METHOD_NOT_FOUND")]
    [InlineData("GET", "/api/mcp/status", 401, "INVALID_API_KEY")]
    [InlineData("GET", "/api/mcp/tools", 401, "INVALID_API_KEY")]
    [InlineData("POST", "/api/mcp/tickets", 401, "INVALID_API_KEY")]
    [Requirement("PROTO-1-11", "PROTO-2-08")]
    public async Task An_error_of_http_is_json_with_the_right_status(string method, string path, int status, string code)
    {
        await using var server = await TestServer.StartAsync();
        using var http = server.Http(null);

        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await http.SendAsync(request).Bounded();

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        var body = await JsonAsync(response);
        Assert.Equal(code, (string?)body["error_code"]);
        Assert.IsType<JsonObject>(body["details"]);
        if (status == 405)
            Assert.NotEmpty(response.Content.Headers.Allow);
    }

    [Fact]
    [Requirement("PROTO-1-06")]
    public async Task Health_needs_no_key_and_tells_no_detail()
    {
        await using var server = await TestServer.StartAsync();
        using var http = server.Http(null);

        foreach (var path in (string[])["/health/live", "/health/ready"])
        {
            using var response = await http.GetAsync(path).Bounded();
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.Equal("""{"status":"ok"}""", (await JsonAsync(response)).ToJsonString());
        }
    }

    [Fact]
    [Requirement("PROTO-1-03", "PROTO-9-08")]
    public async Task Status_tells_counts_versions_and_the_callers_connections()
    {
        await using var server = await TestServer.StartAsync();
        using var client = await WireClient.ConnectAsync(server);
        await client.AskAsync("session/hello", """{"client":{"name":"tests","version":"1.2","platform":"x"}}""");
        using var http = server.Http();

        using var response = await http.GetAsync("/api/mcp/status").Bounded();
        var body = await JsonAsync(response);

        Assert.Equal(["connections", "protocol_versions", "status", "uptime_s", "version"], body.Select(member => member.Key).Order());
        Assert.Equal(1, (int)body["connections"]!["active"]!);
        var item = Assert.Single(body["connections"]!["items"]!.AsArray())!;
        Assert.Equal((string?)client.Welcome["data"]!["client_id"], (string?)item["client_id"]);
        Assert.Equal((string?)client.Welcome["data"]!["session_id"], (string?)item["session_id"]);
        Assert.Equal("""{"name":"tests","version":"1.2","platform":"x"}""", item["client"]!.ToJsonString());
        Assert.Equal("127.0.0.1", (string?)item["address"]);
        // The welcome and the answer to hello; the hello.
        Assert.Equal("""{"sent":2,"received":1}""", item["messages"]!.ToJsonString());
        Assert.True(DateTimeOffset.TryParse((string?)item["connected_at"], out _));
    }

    [Fact]
    [Requirement("PROTO-1-05", "PROTO-5-08", "PROTO-5-09", "PROTO-5-26")]
    public async Task The_tool_list_is_the_same_by_http_and_by_method()
    {
        await using var server = await TestServer.StartAsync();
        using var client = await WireClient.ConnectAsync(server);
        using var http = server.Http();

        using var response = await http.GetAsync("/api/mcp/tools").Bounded();
        var byHttp = await JsonAsync(response);
        var byMethod = (await client.AskAsync("tools/list"))["result"];

        Assert.True(JsonNode.DeepEquals(byHttp, byMethod));
        var names = byHttp["tools"]!.AsArray().Select(tool => (string)tool!["name"]!).ToArray();
        Assert.Equal(["debug/append", "debug/echo", "debug/fail", "debug/progress", "debug/sleep", "debug/stream"], names);
        foreach (var tool in byHttp["tools"]!.AsArray())
        {
            Assert.Equal("object", (string?)tool!["input_schema"]!["type"]);
            Assert.Equal(["destructiveHint", "idempotentHint", "longRunningHint", "readOnlyHint"], tool["annotations"]!.AsObject().Select(hint => hint.Key).Order());
        }
    }

    [Theory]
    [InlineData("Origin", "https://evil.example", 403)]
    [InlineData("Host", "evil.example", 421)]
    [Requirement("PROTO-2-13", "PROTO-2-14")]
    public async Task Host_and_origin_hold_for_every_path(string header, string value, int status)
    {
        await using var server = await TestServer.StartAsync();
        using var http = server.Http();
        foreach (var path in (string[])["/", "/health/live", "/api/mcp/tools", "/nothing"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            request.Headers.TryAddWithoutValidation(header, value);
            using var response = await http.SendAsync(request).Bounded();
            Assert.Equal(status, (int)response.StatusCode);
        }
    }

    private static async Task<JsonObject> JsonAsync(HttpResponseMessage response) => JsonNode.Parse(await response.Content.ReadAsStringAsync().Bounded())!.AsObject();
}
