using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json.Nodes;
using Patchbay.Protocol.Errors;

namespace Patchbay.Tools.Models.Calls;

/// <summary>Tokens each key has used within the last hour, in minutes. A call is refused when the budget is spent, not when it would be: nobody knows before what an answer costs.</summary>
internal sealed class TokenBudget(long tokensPerHour, TimeProvider time)
{
    private const int Minutes = 60;

    // One entry a key that has ever called: keys are made by the operator.
    private readonly ConcurrentDictionary<string, Window> _windows = new(StringComparer.Ordinal);

    /// <summary>The refusal of a call, or null when the key may go on.</summary>
    public ProtocolError? Refusal(string keyId)
    {
        if (tokensPerHour == 0 || !_windows.TryGetValue(keyId, out var window))
            return null;
        var now = Minute();
        lock (window)
        {
            window.MoveTo(now);
            if (window.Sum < tokensPerHour)
                return null;
            // The minute whose end frees enough.
            var left = window.Sum;
            var age = Minutes - 1;
            for (; age > 0; age--)
            {
                left -= window.At(now - age);
                if (left < tokensPerHour)
                    break;
            }

            var wait = (Minutes - age) * 60_000L - (time.GetUtcNow().ToUnixTimeMilliseconds() % 60_000);
            return new ProtocolError(ErrorCodes.RateLimitExceeded, string.Create(CultureInfo.InvariantCulture, $"This key has used its {tokensPerHour} tokens of an hour."), new JsonObject
            {
                ["reason"] = "token_budget",
                ["limit"] = tokensPerHour,
                ["window_ms"] = 3_600_000,
                ["remaining"] = 0,
                ["retry_after_ms"] = wait,
            });
        }
    }

    /// <summary>Counts what a call has used.</summary>
    public void Spend(string keyId, long tokens)
    {
        if (tokensPerHour == 0 || tokens <= 0)
            return;
        var window = _windows.GetOrAdd(keyId, static _ => new Window());
        lock (window)
        {
            window.MoveTo(Minute());
            window.Add(tokens);
        }
    }

    private long Minute() => time.GetUtcNow().ToUnixTimeSeconds() / 60;

    private sealed class Window
    {
        private readonly long[] _tokens = new long[Minutes];
        private long _minute = long.MinValue;

        public long Sum { get; private set; }

        public long At(long minute) => _tokens[minute % Minutes];

        public void Add(long tokens)
        {
            _tokens[_minute % Minutes] += tokens;
            Sum += tokens;
        }

        public void MoveTo(long minute)
        {
            // A clock that was set back stays in the minute it had reached.
            if (minute <= _minute)
                return;
            var steps = _minute == long.MinValue ? Minutes : Math.Min(minute - _minute, Minutes);
            for (var i = 0L; i < steps; i++)
            {
                Sum -= _tokens[(minute - i) % Minutes];
                _tokens[(minute - i) % Minutes] = 0;
            }

            _minute = minute;
        }
    }
}
