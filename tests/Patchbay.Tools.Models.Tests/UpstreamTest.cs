using Patchbay.Testing.Models;

namespace Patchbay.Tools.Models.Tests;

/// <summary>A test with an upstream of its own.</summary>
public abstract class UpstreamTest : IAsyncLifetime
{
    protected ScriptedUpstream Upstream { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Upstream = await ScriptedUpstream.StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Upstream.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Asks a room of its own once.</summary>
    private protected async Task<Outcome> AskAsync(params (string Name, string Value)[] settings)
    {
        using var room = ModelRoom.Of(Upstream, null, settings);
        return await room.ChatAsync();
    }

    /// <summary>What a stream of these events comes to.</summary>
    private protected Task<Outcome> AnsweredAsync(params string[] events)
    {
        Upstream.OnChat(exchange => exchange.EventsAsync(events));
        return AskAsync();
    }
}
