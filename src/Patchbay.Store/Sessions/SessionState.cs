namespace Patchbay.Store.Sessions;

/// <summary>Where a stored session stands.</summary>
public enum SessionState
{
    /// <summary>May be resumed.</summary>
    Live = 0,

    /// <summary>Lost a message while the client was away: may not be resumed, but its time still runs.</summary>
    Gapped = 1,

    /// <summary>Closed by its client.</summary>
    Closed = 2,

    /// <summary>Its time is over.</summary>
    Expired = 3,
}
