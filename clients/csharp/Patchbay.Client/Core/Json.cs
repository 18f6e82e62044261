using System.Text.Json;

namespace Patchbay.Client.Core;

/// <summary>Members of a JSON value from outside, as far as they are there and of the type that is asked for.</summary>
internal static class Json
{
    /// <summary>A string member.</summary>
    public static string? Text(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.String ? member.GetString() : null;

    /// <summary>An object member.</summary>
    public static JsonElement? Part(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Object ? member : null;

    /// <summary>The elements of an array member.</summary>
    public static IEnumerable<JsonElement> Elements(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Array ? member.EnumerateArray() : [];

    /// <summary>A number member.</summary>
    public static double? Number(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number && member.TryGetDouble(out var number) ? number : null;

    /// <summary>A whole number from 0 on.</summary>
    public static long? Count(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number && member.TryGetInt64(out var number) && number >= 0 ? number : null;

    public static bool IsTrue(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Object && value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.True;
}
