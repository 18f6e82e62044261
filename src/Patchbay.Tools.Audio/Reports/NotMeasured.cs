namespace Patchbay.Tools.Audio.Reports;

/// <summary>Collects which figures are null and why.</summary>
internal sealed class NotMeasured
{
    private readonly SortedDictionary<string, string> _reasons = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, string> Reasons => _reasons;

    /// <summary>Notes why a figure or group is null.</summary>
    public void Add(string path, string reason) => _reasons[path] = reason;

    /// <summary>Passes a figure on and notes the reason when it is null.</summary>
    public double? Note(double? figure, string path, string reason)
    {
        if (figure is null)
            Add(path, reason);
        return figure;
    }
}
