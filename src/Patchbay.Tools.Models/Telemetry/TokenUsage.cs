using System.ComponentModel;

namespace Patchbay.Tools.Models.Telemetry;

/// <summary>Tokens as the provider counted them; what it did not say is null.</summary>
internal sealed record TokenUsage(
    [property: Description("Tokens of the prompt, cached ones included.")] long? InputTokens,
    [property: Description("Tokens of the answer, those of reasoning included.")] long? OutputTokens,
    [property: Description("Tokens of the prompt that came from the provider's cache.")] long? CachedInputTokens = null,
    [property: Description("Tokens of reasoning.")] long? ReasoningTokens = null);
