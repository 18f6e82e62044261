namespace Patchbay.EndToEnd.Tests.Servers;

/// <summary>One attack at a time on one server: what it is answered, the violations it leaves, and that nothing else happens.</summary>
public abstract class HostileTest(ServerFixture fixture) : IAsyncLifetime
{
    private SortedDictionary<string, long> _before = [];

    internal ServerProcess Server => fixture.Server;

    /// <inheritdoc />
    public async ValueTask InitializeAsync() => _before = await Server.ViolationsAsync();

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await fixture.BystanderIsUndisturbedAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>The violations since the test began are exactly these, by type.</summary>
    protected async Task ViolationsAreAsync(params (string Type, int Count)[] expected)
    {
        var wanted = expected.ToDictionary(pair => pair.Type, pair => (long)pair.Count);
        // Some are written down after the answer has left.
        var started = TimeProvider.System.GetTimestamp();
        Dictionary<string, long> found;
        do
            found = await SinceAsync();
        while (found.Values.Sum() < wanted.Values.Sum() && TimeProvider.System.GetElapsedTime(started) < Patience.Limit);
        Assert.Equal(wanted, found);
    }

    private async Task<Dictionary<string, long>> SinceAsync()
    {
        var now = await Server.ViolationsAsync();
        return now.Select(type => KeyValuePair.Create(type.Key, type.Value - _before.GetValueOrDefault(type.Key))).Where(type => type.Value > 0).ToDictionary();
    }
}
