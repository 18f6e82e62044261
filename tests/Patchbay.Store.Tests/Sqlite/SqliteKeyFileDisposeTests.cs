using Patchbay.Store.Sqlite;

namespace Patchbay.Store.Tests.Sqlite;

public class SqliteKeyFileDisposeTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_file_is_closed_only_when_what_is_under_way_has_ended()
    {
        var folder = Directory.CreateTempSubdirectory("patchbay-keys-");
        var file = SqliteKeyFile.Open(folder.FullName, TimeProvider.System);
        using var mayEnd = new ManualResetEventSlim();
        var hasBegun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var writing = file.WriteAsync(
            () =>
            {
                hasBegun.SetResult();
                return mayEnd.Wait(Limit);
            },
            CancellationToken.None).AsTask();
        await hasBegun.Task.WaitAsync(Limit, TestContext.Current.CancellationToken);

        var closing = new Thread(file.Dispose);
        closing.Start();
        // The gate is the only thing it can wait for; without it the thread would end by itself.
        Assert.False(closing.Join(TimeSpan.FromMilliseconds(200)));
        mayEnd.Set();

        Assert.True(await writing.WaitAsync(Limit, TestContext.Current.CancellationToken));
        Assert.True(closing.Join(Limit));
        folder.Delete(recursive: true);
    }
}
