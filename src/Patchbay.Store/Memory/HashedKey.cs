using Patchbay.Store.Executions;

namespace Patchbay.Store.Memory;

/// <summary>A key with its hash, which is looked up five times in the life of a record and computed once.</summary>
internal readonly struct HashedKey(ExecutionKey key) : IEquatable<HashedKey>
{
    private readonly ExecutionKey _key = key;
    private readonly int _hash = key.GetHashCode();

    /// <summary>The key.</summary>
    public ExecutionKey Key => _key;

    public bool Equals(HashedKey other) => _hash == other._hash && _key == other._key;

    public override bool Equals(object? obj) => obj is HashedKey other && Equals(other);

    public override int GetHashCode() => _hash;
}
