using System.ComponentModel.DataAnnotations;

namespace Patchbay.Tools.Models.Options;

/// <summary>Settings of one OpenAI-compatible server, section <c>Patchbay:Models:Upstreams:&lt;name&gt;</c>.</summary>
public sealed class UpstreamOptions
{
    /// <summary>Where its API begins, with the version: <c>http://127.0.0.1:11434/v1</c>. Absolute, http or https, without user, query and fragment.</summary>
    [Required]
    public string BaseUrl { get; set; } = "";

    /// <summary>The key it asks for, sent as <c>Authorization: Bearer</c>. At most one of this, <see cref="ApiKeyFile"/> and <see cref="ApiKeyVariable"/>.</summary>
    /// <value>The default is none.</value>
    public string? ApiKey { get; set; }

    /// <summary>A file whose text is the key. Read for every call, so that a new key needs no restart.</summary>
    /// <value>The default is none.</value>
    public string? ApiKeyFile { get; set; }

    /// <summary>The name of an environment variable that holds the key, for example <c>OPENAI_API_KEY</c>.</summary>
    /// <value>The default is none.</value>
    public string? ApiKeyVariable { get; set; }

    /// <summary>What is known of its models beside what the server says, and their aliases.</summary>
    /// <value>At most 1,000; the default is none.</value>
    [Length(0, 1_000)]
    public IList<ModelOptions> Models { get; init; } = [];

    /// <summary>Whether the models the server lists are offered too; false offers those of <see cref="Models"/> only.</summary>
    /// <value>The default is true.</value>
    public bool Discover { get; set; } = true;

    /// <summary>Seconds for which the list of the server is believed.</summary>
    /// <value>1 to 86,400; the default is 60.</value>
    [Range(1, 86_400)]
    public int DiscoverySeconds { get; set; } = 60;

    /// <summary>Whether the server is asked to tell the usage at the end of a stream (<c>stream_options.include_usage</c>); false for one that refuses the field.</summary>
    /// <value>The default is true.</value>
    public bool StreamUsage { get; set; } = true;

    /// <summary>The field that carries the limit of an answer: <c>max_tokens</c>, or <c>max_completion_tokens</c> for those that ask for it.</summary>
    /// <value>The default is <c>max_tokens</c>.</value>
    [AllowedValues("max_tokens", "max_completion_tokens")]
    public string MaxTokensField { get; set; } = "max_tokens";

    /// <summary>How long making a connection may take, TLS included, in milliseconds.</summary>
    /// <value>10 to 60,000; the default is 5,000.</value>
    [Range(10, 60_000)]
    public int ConnectTimeoutMs { get; set; } = 5_000;

    /// <summary>How long the first byte of the answer's body may take, in milliseconds. A server that has to load a model first needs long.</summary>
    /// <value>10 to 300,000; the default is 120,000.</value>
    [Range(10, 300_000)]
    public int FirstByteTimeoutMs { get; set; } = 120_000;

    /// <summary>How long the answer may pause, in milliseconds; comments of the stream count as signs of life.</summary>
    /// <value>10 to 300,000; the default is 30,000.</value>
    [Range(10, 300_000)]
    public int IdleTimeoutMs { get; set; } = 30_000;

    /// <summary>How long everything may take, retries included, in milliseconds.</summary>
    /// <value>10 to 300,000; the default is 240,000.</value>
    [Range(10, 300_000)]
    public int TotalTimeoutMs { get; set; } = 240_000;

    /// <summary>How often a request is tried again before its first byte, after 429, 502, 503, 504 or a failed connection.</summary>
    /// <value>0 to 10; the default is 2.</value>
    [Range(0, 10)]
    public int MaxRetries { get; set; } = 2;

    /// <summary>The wait before the first retry in milliseconds; it doubles each time and is varied by half.</summary>
    /// <value>1 to 60,000; the default is 250.</value>
    [Range(1, 60_000)]
    public int RetryDelayMs { get; set; } = 250;

    /// <summary>The longest <c>Retry-After</c> that is waited for, in milliseconds; at a longer one the caller is told instead.</summary>
    /// <value>0 to 300,000; the default is 10,000.</value>
    [Range(0, 300_000)]
    public int MaxRetryAfterMs { get; set; } = 10_000;

    /// <summary>Failures in a row that open the circuit breaker.</summary>
    /// <value>1 to 1,000; the default is 5.</value>
    [Range(1, 1_000)]
    public int BreakerFailures { get; set; } = 5;

    /// <summary>How long an open breaker refuses calls before it lets one try, in milliseconds.</summary>
    /// <value>10 to 3,600,000; the default is 30,000.</value>
    [Range(10, 3_600_000)]
    public int BreakerPauseMs { get; set; } = 30_000;

    /// <summary>How many calls of one model run at a time; a model may have its own.</summary>
    /// <value>1 to 10,000; the default is 8.</value>
    [Range(1, 10_000)]
    public int MaxConcurrency { get; set; } = 8;

    /// <summary>How many calls of one model may wait for a place; one more is refused.</summary>
    /// <value>0 to 100,000; the default is 32.</value>
    [Range(0, 100_000)]
    public int MaxWaiting { get; set; } = 32;

    /// <summary>How long a call waits for a place, in milliseconds.</summary>
    /// <value>1 to 300,000; the default is 30,000.</value>
    [Range(1, 300_000)]
    public int MaxWaitMs { get; set; } = 30_000;
}
