using System.Globalization;
using System.Text;

namespace Patchbay.AspNetCore.Telemetry.Exposition;

/// <summary>The attributes of one series, and the labels they become.</summary>
internal sealed class TagSet
{
    private readonly KeyValuePair<string, object?>[] _tags;

    public TagSet(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        _tags = tags.ToArray();
        Labels = Write(_tags);
    }

    /// <summary>The labels as they stand between the braces: <c>name="value",…</c>; empty when there is none.</summary>
    public string Labels { get; }

    public bool Is(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.Length != _tags.Length)
            return false;
        for (var i = 0; i < tags.Length; i++)
        {
            if (!string.Equals(tags[i].Key, _tags[i].Key, StringComparison.Ordinal) || !Equals(tags[i].Value, _tags[i].Value))
                return false;
        }

        return true;
    }

    public bool Is(TagSet other) => Is(other._tags);

    public override int GetHashCode() => Hash(_tags);

    // Values alone, as the keys of one instrument are nearly always the same, and of a text its length and three characters: values come from closed sets
    // of the server's, and this runs on every call.
    public static int Hash(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var hash = tags.Length;
        foreach (var tag in tags)
            hash = (hash * 31) + (tag.Value is string { Length: > 0 } text ? (((((text.Length * 31) + text[0]) * 31) + text[^1]) * 31) + text[text.Length / 2] : tag.Value?.GetHashCode() ?? 0);
        return hash;
    }

    private static string Write(KeyValuePair<string, object?>[] tags)
    {
        var labels = new StringBuilder();
        foreach (var (name, value) in tags)
        {
            if (labels.Length > 0)
                labels.Append(',');
            labels.Append(MetricName.Sanitize(name)).Append("=\"");
            labels.Append(Escape(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "")).Append('"');
        }

        return labels.ToString();
    }

    private static string Escape(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}

/// <summary>Finds a series by attributes that stand on the stack.</summary>
internal sealed class TagComparer : IEqualityComparer<TagSet>, IAlternateEqualityComparer<ReadOnlySpan<KeyValuePair<string, object?>>, TagSet>
{
    public static TagComparer Instance { get; } = new();

    public bool Equals(TagSet? x, TagSet? y) => x is not null && y is not null && x.Is(y);

    public int GetHashCode(TagSet obj) => obj.GetHashCode();

    public bool Equals(ReadOnlySpan<KeyValuePair<string, object?>> alternate, TagSet other) => other.Is(alternate);

    public int GetHashCode(ReadOnlySpan<KeyValuePair<string, object?>> alternate) => TagSet.Hash(alternate);

    public TagSet Create(ReadOnlySpan<KeyValuePair<string, object?>> alternate) => new(alternate);
}
