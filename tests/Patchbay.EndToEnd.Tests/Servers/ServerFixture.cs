namespace Patchbay.EndToEnd.Tests.Servers;

/// <summary>A server for one class of tests, and a well-behaved client beside them.</summary>
public abstract class ServerFixture : IAsyncLifetime
{
    private RawPeer? _bystander;

    internal ServerProcess Server { get; private set; } = null!;

    /// <summary>Settings of this server.</summary>
    protected virtual (string Name, string Value)[] Settings => [];

    /// <inheritdoc />
    public async ValueTask InitializeAsync()
    {
        Server = await ServerProcess.StartAsync(Settings);
        Evidence.Secret(Convert.ToBase64String(await File.ReadAllBytesAsync(Path.Combine(Server.Data, "pepper"))), "the pepper");
        _bystander = await Server.OpenAsync(Server.Keys.PlainKey);
    }

    /// <summary>The client beside the attacker is served as ever, on the connection it has had from the start.</summary>
    public async Task BystanderIsUndisturbedAsync() => Assert.NotNull((await _bystander!.AskAsync("ping"))["result"]);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        // The process must have lived through the whole class.
        await BystanderIsUndisturbedAsync();
        _bystander!.Dispose();
        await Server.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
