namespace Patchbay.Server.Guard.Keys;

/// <summary>What a key may do. Immutable.</summary>
internal sealed class KeyScopes
{
    public const string Admin = "admin";
    public const string Diagnostics = "diagnostics";
    public const string Metrics = "metrics";
    public const string Audio = "audio";
    public const string Workflow = "workflow";
    public const string Models = "models";
    public const string ToolPrefix = "tools:call:";

    /// <summary>What a key gets that is made without scopes: every tool, and nothing of the operator's.</summary>
    public const string Default = ToolPrefix + "*";

    private readonly string[] _names;
    private readonly string[] _toolGlobs;
    private readonly bool _admin;

    public KeyScopes(IEnumerable<string> scopes)
    {
        _names = [.. scopes];
        _admin = _names.Contains(Admin, StringComparer.Ordinal);
        _toolGlobs = [.. _names.Where(scope => scope.StartsWith(ToolPrefix, StringComparison.Ordinal)).Select(scope => scope[ToolPrefix.Length..])];
    }

    /// <summary>The scopes as they were given.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>Whether the scope is granted; <c>admin</c> grants every one.</summary>
    public bool Has(string scope) => _admin || _names.Contains(scope, StringComparer.Ordinal);

    /// <summary>Whether a tool may be seen and called: by its area scope, or by a <c>tools:call</c> pattern.</summary>
    /// <param name="name">The tool's name.</param>
    /// <param name="area"><c>ToolDefinition.Scope</c>, or null.</param>
    public bool MayCall(string name, string? area)
    {
        if (_admin || (area is not null && _names.Contains(area, StringComparer.Ordinal)))
            return true;
        foreach (string glob in _toolGlobs)
        {
            if (Matches(glob, name))
                return true;
        }

        return false;
    }

    /// <summary>What is wrong with a scope, or null.</summary>
    public static string? Fault(string scope)
    {
        if (scope is Admin or Diagnostics or Metrics or Audio or Workflow or Models)
            return null;
        if (!scope.StartsWith(ToolPrefix, StringComparison.Ordinal))
            return $"Unknown scope '{scope}': admin, diagnostics, metrics, audio, workflow, models or tools:call:<glob>.";
        return scope.Length - ToolPrefix.Length is >= 1 and <= 128 && !scope.Any(char.IsControl) ? null : "The pattern of tools:call has 1 to 128 characters.";
    }

    // '*' stands for any characters, '/' included. Only the last star is tried again, so the time is bounded by the product of the lengths.
    private static bool Matches(string glob, string name)
    {
        int at = 0, star = -1, resume = 0, g = 0;
        while (at < name.Length)
        {
            if (g < glob.Length && glob[g] == '*')
            {
                star = g++;
                resume = at;
            }
            else if (g < glob.Length && glob[g] == name[at])
            {
                g++;
                at++;
            }
            else if (star >= 0)
            {
                g = star + 1;
                at = ++resume;
            }
            else
            {
                return false;
            }
        }

        return glob.AsSpan(g).TrimStart('*').IsEmpty;
    }
}
