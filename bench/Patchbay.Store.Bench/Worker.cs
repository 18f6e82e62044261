namespace Patchbay.Store.Bench;

/// <summary>A session of a load.</summary>
internal sealed class Worker(string session)
{
    private long _requests;

    public string Session { get; } = session;

    public long Seq { get; set; }

    public long NextRequest() => Interlocked.Increment(ref _requests);
}
