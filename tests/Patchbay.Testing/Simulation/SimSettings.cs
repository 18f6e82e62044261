using Patchbay.Store;

namespace Patchbay.Testing.Simulation;

/// <summary>What a history is like; drawn from its seed.</summary>
internal sealed record SimSettings(Durability Durability, int Clients, int Steps, int ReplayMessages, int WindowBytes, bool IsCalm, int MessagesPerMinute, int QueuedWrites)
{
    public const int TtlSeconds = 20;

    /// <summary>A limit that nobody reaches.</summary>
    public const int Unlimited = 1_000_000_000;

    public static SimSettings Draw(Random random) => new(
        (Durability)random.Next(3),
        random.Next(1, 4),
        random.Next(40, 160),
        random.Next(2) == 0 ? 16 : 64,
        random.Next(2) == 0 ? 1024 : 65_536,
        random.Next(4) == 0,
        random.Next(5) == 0 ? random.Next(10, 40) : Unlimited,
        random.Next(4) == 0 ? random.Next(3, 10) : int.MaxValue);
}
