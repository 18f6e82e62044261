using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;

namespace Patchbay.Tools.Models.Listing;

/// <summary>Arguments of <c>models/list</c>.</summary>
internal sealed record ListArguments(
    [property: Description("Only the models of this provider."), StringLength(64)] string? Provider = null,
    [property: Description("Only models that can do this."), AllowedValues("chat", "embeddings", "vad", "stt", "tts")] string? Capability = null);

/// <summary>Result of <c>models/list</c>.</summary>
internal sealed record ListResult(
    [property: Description("The models; what a model server was last seen to offer, and what runs in this server.")] IReadOnlyList<ModelInfo> Models,
    [property: Description("The configured model servers.")] IReadOnlyList<UpstreamInfo> Upstreams,
    [property: Description("What to do, when there is no model server."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Hint = null);

/// <summary>A model.</summary>
internal sealed record ModelInfo(
    [property: Description("The name to ask for; provider/id where two providers have the same.")] string Id,
    [property: Description("Who runs it.")] string Provider,
    [property: Description("chat, embeddings, vad, stt, tts. Of an upstream's model guessed from its name unless the settings say it.")] IReadOnlyList<string> Capabilities,
    [property: Description("local runs in this server, upstream in a model server.")] string Source,
    [property: Description("ready for a local model; of an upstream's the circuit breaker: closed takes calls, open refuses them, half_open lets one try.")] string Status,
    [property: Description("How many tokens it takes, where known."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? ContextLength = null,
    [property: Description("Further names to ask for it."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Aliases = null,
    [property: Description("What it is."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Description = null);

/// <summary>A model server.</summary>
internal sealed record UpstreamInfo(
    [property: Description("Its name in the settings.")] string Name,
    [property: Description("Its circuit breaker: closed, open or half_open.")] string Status,
    [property: Description("Whether it answered when it was last asked for its models; null when it is not asked.")] bool? Reachable,
    [property: Description("Why not."), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Error = null);
