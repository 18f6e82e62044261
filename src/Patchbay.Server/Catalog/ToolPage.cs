using System.Text;
using System.Text.Json;
using Patchbay.Server.Guard.Keys;

namespace Patchbay.Server.Catalog;

/// <summary>One page of the tools a caller may see.</summary>
internal sealed record ToolPage(IReadOnlyList<CatalogEntry> Entries, string? NextCursor)
{
    private const int PageSize = 100;

    /// <summary>The page behind a cursor, or the first. A cursor is the name of the last tool told, so it holds when tools come and go.</summary>
    public static ToolPage Of(ToolCatalog catalog, ApiKey key, string? cursor)
    {
        var after = cursor is null ? null : Decode(cursor);
        var page = catalog.Entries
            .Where(entry => after is null || string.CompareOrdinal(entry.Definition.Name, after) > 0)
            .Where(entry => key.Scopes.MayCall(entry.Definition.Name, entry.Definition.Scope))
            .Take(PageSize + 1)
            .ToList();
        if (page.Count <= PageSize)
            return new ToolPage(page, null);
        page.RemoveAt(PageSize);
        return new ToolPage(page, Convert.ToBase64String(Encoding.UTF8.GetBytes(page[^1].Definition.Name)));
    }

    /// <summary>Whether a text is a cursor.</summary>
    public static bool IsCursor(string cursor) => Decode(cursor) is not null;

    /// <summary>Writes <c>{"tools","next_cursor"?}</c>.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteStartArray("tools");
        foreach (var entry in Entries)
            writer.WriteRawValue(entry.Listing.Span, skipInputValidation: true);
        writer.WriteEndArray();
        if (NextCursor is not null)
            writer.WriteString("next_cursor", NextCursor);
        writer.WriteEndObject();
    }

    private static string? Decode(string cursor)
    {
        Span<byte> bytes = stackalloc byte[512];
        return cursor.Length is > 0 and < 512 && Convert.TryFromBase64String(cursor, bytes, out var length) && length > 0 ? Encoding.UTF8.GetString(bytes[..length]) : null;
    }
}
