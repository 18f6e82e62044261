using Patchbay.Tools.Models.Options;

namespace Patchbay.Tools.Models.Upstreams;

/// <summary>The key of an upstream cannot be had. The message names the setting, never the key.</summary>
internal sealed class ApiKeyException(string message) : Exception(message);

/// <summary>Reads the key of an upstream from where the settings say.</summary>
internal static class ApiKeySource
{
    private const int MaxLength = 4_096;

    /// <summary>The key, or null when none is configured.</summary>
    /// <exception cref="ApiKeyException">It is configured and cannot be had.</exception>
    public static string? Read(UpstreamOptions options)
    {
        if (options.ApiKey is { } key)
            return Checked(key, nameof(options.ApiKey));
        if (options.ApiKeyVariable is { } variable)
            return Checked(Environment.GetEnvironmentVariable(variable) ?? "", nameof(options.ApiKeyVariable));
        return options.ApiKeyFile is { } file ? Checked(ReadFile(file), nameof(options.ApiKeyFile)) : null;
    }

    private static string ReadFile(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            var text = new char[MaxLength + 2];
            var length = reader.ReadBlock(text);
            return new string(text, 0, length).Trim();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new ApiKeyException($"{nameof(UpstreamOptions.ApiKeyFile)}: the file cannot be read.");
        }
    }

    // It becomes a header: what cannot stand there must not reach the wire, or a message about it.
    private static string Checked(string key, string setting) =>
        key.Length is > 0 and <= MaxLength && key.All(character => character is > ' ' and <= '~')
            ? key
            : throw new ApiKeyException($"{setting}: the key must have 1 to {MaxLength} visible ASCII characters.");
}
