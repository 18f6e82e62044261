using System.Globalization;
using System.Net.Http.Headers;

namespace Patchbay.Tools.Models.Upstreams;

/// <summary>How long to wait before a request is sent again.</summary>
/// <param name="seed">Where the variation begins.</param>
internal sealed class RetryDelay(int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>The wait before a retry: doubling, varied by half so that many callers do not return together, or what the upstream asked for.</summary>
    /// <param name="retry">0 for the first.</param>
    /// <param name="first">The wait before the first.</param>
    /// <param name="asked">What the upstream asked for, or null.</param>
    public TimeSpan Of(int retry, TimeSpan first, TimeSpan? asked)
    {
        double part;
        lock (_random)
            part = _random.NextDouble();
        var own = first * Math.Pow(2, retry) * (0.5 + part);
        return asked > own ? asked.Value : own;
    }

    /// <summary>What a <c>Retry-After</c> says (RFC 9110 §10.2.3), or <c>retry-after-ms</c>, which some hosted servers send beside it.</summary>
    public static TimeSpan? Asked(HttpResponseHeaders headers, TimeProvider time)
    {
        if (headers.TryGetValues("retry-after-ms", out var values)
            && double.TryParse(values.First(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var ms) && ms is >= 0 and < 1e9)
            return TimeSpan.FromMilliseconds(ms);
        if (headers.RetryAfter?.Delta is { } delta)
            return delta;
        return headers.RetryAfter?.Date is { } date && date - time.GetUtcNow() is var left && left > TimeSpan.Zero ? left : null;
    }
}
