using System.ComponentModel.DataAnnotations;

namespace Patchbay.Tools.Models.Options;

/// <summary>What is known of one model, section <c>Patchbay:Models:Upstreams:&lt;name&gt;:Models:&lt;n&gt;</c>.</summary>
public sealed class ModelOptions
{
    /// <summary>Its name as the server knows it, 1 to 256 characters.</summary>
    [Required]
    [StringLength(256)]
    public string Id { get; set; } = "";

    /// <summary>Further names by which clients may ask for it; at most 16.</summary>
    /// <value>The default is none.</value>
    [Length(0, 16)]
    public IList<string> Aliases { get; init; } = [];

    /// <summary>What it can do: <c>chat</c>, <c>embeddings</c>.</summary>
    /// <value>The default is none: guessed from the name.</value>
    public IList<string> Capabilities { get; init; } = [];

    /// <summary>How many tokens it can take, shown in <c>models/list</c>.</summary>
    /// <value>1 to 1,000,000,000; the default is what the server says, if it does.</value>
    [Range(1, 1_000_000_000)]
    public int? ContextLength { get; set; }

    /// <summary>How many calls of it run at a time.</summary>
    /// <value>1 to 10,000; the default is that of the upstream.</value>
    [Range(1, 10_000)]
    public int? MaxConcurrency { get; set; }
}
