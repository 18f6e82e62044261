namespace Patchbay.Tools;

/// <summary>A model that runs inside the server. A room that has one registers it as a singleton, and <c>models/list</c> shows it.</summary>
/// <param name="Id">The name it is known by, for example <c>silero-vad</c>.</param>
/// <param name="Provider">Who runs it, for example <c>patchbay</c>.</param>
/// <param name="Capabilities">What it can do: <c>chat</c>, <c>embeddings</c>, <c>vad</c>, <c>stt</c>, <c>tts</c>.</param>
/// <param name="Description">What it is and which tool uses it, in a sentence for people.</param>
public sealed record LocalModel(string Id, string Provider, IReadOnlyList<string> Capabilities, string Description);
