using System.Security.Cryptography;
using System.Text;
using Patchbay.Store;
using Patchbay.Store.Sessions;

namespace Patchbay.Server.Sessions;

/// <summary>What a session has that can be resumed: the hashes of its tokens, its epoch, and when its time away is over.</summary>
/// <param name="tokens">The hashes of its tokens.</param>
/// <param name="epoch">The store's epoch in which it was made.</param>
/// <param name="later">Runs something later; null for the thread pool.</param>
internal sealed class ResumableState(SessionTokens tokens, long epoch, Action<Action>? later = null)
{
    private volatile SessionTokens _tokens = tokens;
    private Turn? _resuming;

    public long Epoch => epoch;

    /// <summary>When it expires; null while a connection has it.</summary>
    public StoreTime? ExpiresAt { get; set; }

    /// <summary>Held by the one resume that is under way.</summary>
    public Turn Resuming => LazyInitializer.EnsureInitialized(ref _resuming, () => new Turn(later));

    /// <summary>The hash of a token.</summary>
    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>Whether a token opens the session: the newest, or the one before while that is valid.</summary>
    public bool Accepts(byte[] hash)
    {
        var valid = _tokens;
        // Both are compared whatever the first says: the time tells nothing.
        var isCurrent = CryptographicOperations.FixedTimeEquals(hash, valid.Current);
        var isPrevious = valid.Previous is not null && CryptographicOperations.FixedTimeEquals(hash, valid.Previous);
        return isCurrent | isPrevious;
    }

    /// <summary>Takes new tokens.</summary>
    public void Rotate(SessionTokens tokens) => _tokens = tokens;

    /// <summary>Ends the validity of the previous token; false when there is none.</summary>
    public bool ForgetPrevious()
    {
        if (_tokens.Previous is null)
            return false;
        _tokens = _tokens with { Previous = null };
        return true;
    }
}
