namespace Patchbay.Testing.Simulation;

/// <summary>A promise was broken in a simulated history. The seed in the text replays it.</summary>
public sealed class SimulationException(string message) : Exception(message);
