using Patchbay.Tools.Models.Catalog;
using Patchbay.Tools.Models.Telemetry;
using Patchbay.Tools.Models.Upstreams;

namespace Patchbay.Tools.Models.Calls;

/// <summary>One call of a model: what is sent, how the answer is read, and what has come of it so far.</summary>
internal abstract class ModelOperation(ModelEntry model)
{
    /// <summary>The model.</summary>
    public ModelEntry Model => model;

    /// <summary><c>chat</c> or <c>embeddings</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The path under the base URL.</summary>
    public abstract string Path { get; }

    /// <summary>The JSON to send.</summary>
    public abstract ReadOnlyMemory<byte> Body { get; }

    /// <summary>When it happened what.</summary>
    public CallTimes Times { get; } = new();

    /// <summary>Tokens as the provider counts them; null while it has not said.</summary>
    public TokenUsage? Usage { get; protected set; }

    /// <summary>The provider's name for the request.</summary>
    public string? RequestId { get; protected set; }

    /// <summary>What is to be said to people though the call succeeded; null when nothing.</summary>
    public string? Warning { get; protected set; }

    /// <summary>The text that had come when it failed; null when there is none.</summary>
    public virtual string? PartialText => null;

    /// <summary>Reads the answer to its end.</summary>
    /// <exception cref="UpstreamException">It is not what the API promises.</exception>
    public abstract ValueTask ReadAsync(UpstreamReply reply, PhaseClock clock);

    /// <summary>Whether a call whose stream failed with this fault has its whole answer all the same; notes what is missing.</summary>
    public virtual bool IsCompleteDespite(UpstreamFault fault) => false;

    /// <summary>What tells its figures from others.</summary>
    public CallLabels Labels => new(Name, model.Upstream.Name, model.Id);
}
