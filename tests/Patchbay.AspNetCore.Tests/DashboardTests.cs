using System.Net;
using Patchbay.Testing;

namespace Patchbay.AspNetCore.Tests;

/// <summary>The page's address without a build of the page; <c>dashboard/tests</c> has it with one.</summary>
public class DashboardTests
{
    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    public async Task Without_a_build_the_page_says_how_to_make_one(string method)
    {
        await using var server = await TestServer.StartAsync();
        using var http = server.Http();
        using var request = new HttpRequestMessage(new HttpMethod(method), "/");
        using var response = await http.SendAsync(request).Bounded();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/plain", response.Content.Headers.ContentType?.MediaType);
        Assert.True(response.Headers.CacheControl?.NoStore);
        Assert.StartsWith("default-src 'none'; script-src 'self';", string.Join(' ', response.Headers.GetValues("Content-Security-Policy")), StringComparison.Ordinal);
        var text = await response.Content.ReadAsStringAsync().Bounded();
        Assert.Equal(method == "GET", text.Contains("npm --prefix dashboard run build", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_path_that_is_not_in_the_build_does_not_exist()
    {
        await using var server = await TestServer.StartAsync();
        using var http = server.Http();
        foreach (var path in (string[])["/index.html", "/assets/a.js", "/appsettings.json"])
        {
            using var response = await http.GetAsync(path).Bounded();
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }
}
