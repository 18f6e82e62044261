using Patchbay.Store;

namespace Patchbay.Testing.Simulation;

/// <summary>What a history is like; drawn from its seed.</summary>
internal sealed record SimSettings(Durability Durability, int Clients, int Steps, int ReplayMessages, int WindowBytes, bool IsCalm)
{
    public const int TtlSeconds = 20;

    public static SimSettings Draw(Random random) => new(
        (Durability)random.Next(3),
        random.Next(1, 4),
        random.Next(40, 160),
        random.Next(2) == 0 ? 16 : 64,
        random.Next(2) == 0 ? 1024 : 65_536,
        random.Next(4) == 0);
}
