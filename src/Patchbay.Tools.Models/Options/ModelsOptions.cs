using System.ComponentModel.DataAnnotations;

namespace Patchbay.Tools.Models.Options;

/// <summary>Settings of the model tools, section <c>Patchbay:Models</c>. A value out of range stops the start.</summary>
public sealed class ModelsOptions
{
    /// <summary>The section these settings are bound to.</summary>
    public const string Section = "Patchbay:Models";

    /// <summary>The OpenAI-compatible servers, by a name of letters, digits, <c>-</c>, <c>_</c> and <c>.</c>; at most 64.</summary>
    /// <value>The default is none.</value>
    public IDictionary<string, UpstreamOptions> Upstreams { get; init; } = new Dictionary<string, UpstreamOptions>(StringComparer.Ordinal);

    /// <summary>The largest request in bytes that is sent to an upstream.</summary>
    /// <value>1,024 to 67,108,864; the default is 1,048,576 (1 MiB).</value>
    [Range(1_024, 67_108_864)]
    public int MaxPromptBytes { get; set; } = 1_048_576;

    /// <summary>The longest answer in characters: text, reasoning and arguments of tool calls together. A longer one is ended with an error.</summary>
    /// <value>1,024 to 16,777,216; the default is 1,048,576.</value>
    [Range(1_024, 16_777_216)]
    public int MaxAnswerChars { get; set; } = 1_048_576;

    /// <summary>The largest single event of a stream in bytes.</summary>
    /// <value>1,024 to 16,777,216; the default is 1,048,576 (1 MiB).</value>
    [Range(1_024, 16_777_216)]
    public int MaxEventBytes { get; set; } = 1_048_576;

    /// <summary>The largest answer in bytes that is not a stream: embeddings, lists, whole completions.</summary>
    /// <value>1,024 to 268,435,456; the default is 16,777,216 (16 MiB).</value>
    [Range(1_024, 268_435_456)]
    public int MaxBodyBytes { get; set; } = 16_777_216;

    /// <summary>Tokens that the calls of one key may use in any hour; from there on its calls are refused until some have left the hour.</summary>
    /// <value>0 to 1,000,000,000,000; the default is 0: no such limit.</value>
    [Range(0L, 1_000_000_000_000L)]
    public long TokensPerHourPerKey { get; set; }
}
