namespace Patchbay.Testing;

/// <summary>How long a test waits for something that will happen. Only a test that fails waits that long.</summary>
public static class Patience
{
    /// <summary>The one bounded wait of all tests.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Waits until a condition holds that another thread brings about and nothing announces.</summary>
    /// <exception cref="TimeoutException">It did not hold in time.</exception>
    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Limit)
                throw new TimeoutException(what);
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System);
        }
    }

    /// <summary>Ends a wait that has lasted too long.</summary>
    public static Task<T> Bounded<T>(this Task<T> task) => task.WaitAsync(Limit);

    /// <summary>Ends a wait that has lasted too long.</summary>
    public static Task Bounded(this Task task) => task.WaitAsync(Limit);
}
