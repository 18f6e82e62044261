using System.Collections.Frozen;
using Patchbay.Server.Guard.Audit;

namespace Patchbay.Server.Guard.Violations;

/// <summary>What a report tells of violations.</summary>
/// <param name="Newest">The newest, the newest first.</param>
/// <param name="Total">All since the start.</param>
/// <param name="ByType">All since the start, by type; types without one are left out.</param>
internal sealed record ViolationSummary(IReadOnlyList<ViolationRecord> Newest, long Total, IReadOnlyDictionary<string, long> ByType);

/// <summary>Takes in every violation: the newest 1,000 for reports, the counts, the audit log, and whoever tells subscribers. Safe for concurrent use.</summary>
/// <param name="audit">Gets every violation.</param>
/// <param name="recorded">Told of each, outside every lock, on the thread that found it; must neither throw nor wait.</param>
internal sealed class ViolationLog(IAuditLog audit, Action<ViolationRecord>? recorded = null)
{
    /// <summary>How many are kept for reports.</summary>
    public const int Kept = 1_000;

    private static readonly FrozenDictionary<string, int> Index =
        Violation.Types.Select((type, i) => KeyValuePair.Create(type, i)).ToFrozenDictionary(StringComparer.Ordinal);

    private readonly Lock _lock = new();
    private readonly ViolationRecord[] _ring = new ViolationRecord[Kept];
    private readonly long[] _counts = new long[Violation.Types.Count];

    // Only keys that exist get an entry, and only those that broke a rule: 150 bytes each.
    private readonly Dictionary<string, long[]> _countsByKey = new(StringComparer.Ordinal);
    private long _total;

    /// <summary>Records a violation.</summary>
    /// <exception cref="KeyNotFoundException">The type is none of <see cref="Violation.Types"/>.</exception>
    public void Record(ViolationRecord violation)
    {
        int type = Index[violation.Type];
        lock (_lock)
        {
            _ring[_total % Kept] = violation;
            _total++;
            _counts[type]++;
            if (violation.KeyId is { } keyId)
            {
                if (!_countsByKey.TryGetValue(keyId, out long[]? counts))
                    _countsByKey[keyId] = counts = new long[_counts.Length];
                counts[type]++;
            }
        }

        audit.Write(AuditRecord.Of(violation));
        recorded?.Invoke(violation);
    }

    /// <summary>The violations of one key, or of all when <paramref name="keyId"/> is null.</summary>
    /// <param name="keyId">The key, or null.</param>
    /// <param name="most">How many of the newest to give at most.</param>
    public ViolationSummary Summarize(string? keyId, int most = Kept)
    {
        lock (_lock)
        {
            var newest = new List<ViolationRecord>();
            for (long i = _total - 1; i >= Math.Max(0, _total - Kept) && newest.Count < most; i--)
            {
                var violation = _ring[i % Kept];
                if (keyId is null || violation.KeyId == keyId)
                    newest.Add(violation);
            }

            long[] counts = keyId is null ? _counts : _countsByKey.GetValueOrDefault(keyId) ?? [];
            var byType = new Dictionary<string, long>(StringComparer.Ordinal);
            for (int i = 0; i < counts.Length; i++)
            {
                if (counts[i] > 0)
                    byType[Violation.Types[i]] = counts[i];
            }

            return new ViolationSummary(newest, counts.Sum(), byType);
        }
    }
}
