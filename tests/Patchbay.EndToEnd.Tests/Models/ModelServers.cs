using Patchbay.EndToEnd.Tests.Servers;
using Patchbay.Testing.Models;

namespace Patchbay.EndToEnd.Tests.Models;

/// <summary>A server with one model server, <c>up</c>, that asks for a key, and one that does not run, <c>down</c>.</summary>
public sealed class ModelServers : ServerFixture, IAsyncLifetime
{
    private const string UpstreamKey = "key-of-the-model-server-0001";

    internal ScriptedUpstream Upstream { get; private set; } = null!;

    protected override (string Name, string Value)[] Settings =>
    [
        ("Models__Upstreams__up__BaseUrl", Upstream.BaseUrl.ToString()),
        ("Models__Upstreams__up__ApiKey", Evidence.Secret(UpstreamKey, "the key of a model server")),
        ("Models__Upstreams__up__Models__0__Id", "tiny"),
        ("Models__Upstreams__up__Models__0__Aliases__0", "small"),
        ("TrustedProxies__0", "127.0.0.1"),
        // A port that is never listened on (discard, RFC 863).
        ("Models__Upstreams__down__BaseUrl", "http://127.0.0.1:9/v1"),
        ("Models__Upstreams__down__Models__0__Id", "lost"),
    ];

    async ValueTask IAsyncLifetime.InitializeAsync()
    {
        Upstream = await ScriptedUpstream.StartAsync();
        await InitializeAsync();
    }

    async ValueTask IAsyncDisposable.DisposeAsync()
    {
        await DisposeAsync();
        await Upstream.DisposeAsync();
    }
}
