using System.Threading.RateLimiting;
using Patchbay.Tools.Models.Options;
using Patchbay.Tools.Models.Upstreams;

namespace Patchbay.Tools.Models.Catalog;

/// <summary>One model of an upstream, with the places its calls run in. The same entry is kept for as long as the upstream has the model.</summary>
internal sealed class ModelEntry
{
    public ModelEntry(Upstream upstream, string id, int? contextLength, ModelOptions? declared = null)
    {
        Upstream = upstream;
        Id = id;
        ContextLength = declared?.ContextLength ?? contextLength;
        Aliases = declared is null ? [] : [.. declared.Aliases];
        DeclaredCapabilities = declared is { Capabilities.Count: > 0 } ? [.. declared.Capabilities] : null;
        Places = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = declared?.MaxConcurrency ?? upstream.Options.MaxConcurrency,
            QueueLimit = upstream.Options.MaxWaiting,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
    }

    public Upstream Upstream { get; }

    public string Id { get; }

    public int? ContextLength { get; }

    public IReadOnlyList<string> Aliases { get; }

    /// <summary>What the settings say it can do; null when they do not say.</summary>
    public IReadOnlyList<string>? DeclaredCapabilities { get; }

    /// <summary>What it can do, as far as is known.</summary>
    public IReadOnlyList<string> Capabilities => DeclaredCapabilities ?? Capability.Guess(Id);

    /// <summary>Its name among the models of all upstreams.</summary>
    public string QualifiedId => $"{Upstream.Name}/{Id}";

    /// <summary>The places its calls run in, and the line for them.</summary>
    public ConcurrencyLimiter Places { get; }

    /// <summary>Whether a client that asks for this name means it.</summary>
    public bool IsCalled(string name) =>
        string.Equals(name, Id, StringComparison.Ordinal) || string.Equals(name, QualifiedId, StringComparison.Ordinal) || Aliases.Contains(name, StringComparer.Ordinal);
}
