namespace Patchbay.Testing.Simulation;

/// <summary>What happened in a history.</summary>
/// <param name="Digest">Stands for every event and every byte on the wire, in order: equal digests are equal histories.</param>
/// <param name="Events">How many events.</param>
/// <param name="Crashes">Ends of the server that were not orderly.</param>
/// <param name="Resumes">Sessions that went on over another connection.</param>
/// <param name="Refusals">Resumes that were refused, by reason.</param>
/// <param name="Runs">Tools started.</param>
/// <param name="Answers">Answers that arrived.</param>
/// <param name="Interrupted">Answers that said that the outcome is unknown.</param>
/// <param name="Timeouts">Calls that took too long.</param>
/// <param name="Cancelled">Requests that were answered as cancelled.</param>
/// <param name="Chunks">Chunks that arrived.</param>
/// <param name="Limited">Refusals of the rate limit.</param>
/// <param name="StoreRefusals">Refusals because the store was full.</param>
public sealed record SimulationResult(
    ulong Digest, int Events, int Crashes, int Resumes, IReadOnlyDictionary<string, int> Refusals, int Runs, int Answers, int Interrupted,
    int Timeouts, int Cancelled, int Chunks, int Limited, int StoreRefusals);
