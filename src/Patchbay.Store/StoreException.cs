namespace Patchbay.Store;

/// <summary>The store cannot be opened, or a command of the operator could not be carried out. The message is one line for people.</summary>
public sealed class StoreException : Exception
{
    /// <summary>Makes the exception.</summary>
    public StoreException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with its cause.</summary>
    public StoreException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Makes the exception with a general message.</summary>
    public StoreException()
        : base("The store cannot be used.")
    {
    }
}
