namespace Patchbay.Server.Sessions;

/// <summary>Lets one at a time pass, in the order they came.</summary>
/// <param name="later">Runs something later; null for the thread pool.</param>
internal sealed class Turn(Action<Action>? later)
{
    private readonly Lock _lock = new();
    private readonly Queue<Wake> _waiting = new();
    private bool _isTaken;

    /// <summary>Completes when it is one's turn; <see cref="Pass"/> it on.</summary>
    public Task TakeAsync()
    {
        lock (_lock)
        {
            if (!_isTaken)
            {
                _isTaken = true;
                return Task.CompletedTask;
            }

            var turn = new Wake(later);
            _waiting.Enqueue(turn);
            return turn.NextAsync();
        }
    }

    /// <summary>The next one's turn.</summary>
    public void Pass()
    {
        lock (_lock)
        {
            if (_waiting.TryDequeue(out var next))
                next.Tell();
            else
                _isTaken = false;
        }
    }
}
