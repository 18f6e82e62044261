namespace Patchbay.Tools.Audio.Reports;

/// <summary>Collects findings.</summary>
internal sealed class FindingList
{
    private readonly List<Finding> _findings = [];

    /// <summary>Worst first, else in the order they were found.</summary>
    public IReadOnlyList<Finding> Sorted => [.. _findings.OrderByDescending(finding => finding.Severity)];

    public void Add(Finding finding) => _findings.Add(finding);

    /// <summary>Adds a finding.</summary>
    /// <param name="severity">How bad.</param>
    /// <param name="title">What is wrong.</param>
    /// <param name="detail">What was seen.</param>
    /// <param name="sinceS">Where in the stream it began, or null when it concerns the whole.</param>
    /// <param name="confidence"><c>high</c>, <c>medium</c> or <c>low</c>.</param>
    /// <param name="hint">What to do.</param>
    /// <param name="evidence">The figures behind it.</param>
    public void Add(FindingSeverity severity, string title, string detail, double? sinceS, string confidence, string? hint, params ReadOnlySpan<(string Name, object? Value)> evidence)
    {
        var figures = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in evidence)
            figures[name] = value;
        figures["since_s"] = sinceS is { } since ? Math.Round(since, 3) : null;
        figures["confidence"] = confidence;
        _findings.Add(new Finding(severity, title, detail, figures, hint));
    }
}
