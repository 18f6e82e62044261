namespace Patchbay.Server.Tests.Guard.RateLimit;

/// <summary>Tests that weigh the heap run alone.</summary>
[CollectionDefinition(nameof(MemoryBound), DisableParallelization = true)]
public sealed class MemoryBound;
