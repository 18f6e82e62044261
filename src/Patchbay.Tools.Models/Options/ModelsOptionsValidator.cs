using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Options;
using Patchbay.Tools.Models.Catalog;
using Patchbay.Tools.Models.Upstreams;

namespace Patchbay.Tools.Models.Options;

/// <summary>Checks <see cref="ModelsOptions"/> when the host starts; the first fault of each upstream is told in one line that names the setting, never its value.</summary>
internal sealed partial class ModelsOptionsValidator : IValidateOptions<ModelsOptions>
{
    private const int MaxUpstreams = 64;

    public ValidateOptionsResult Validate(string? name, ModelsOptions options)
    {
        List<string?> faults = [Annotations(ModelsOptions.Section, options)];
        if (options.Upstreams.Count > MaxUpstreams)
            faults.Add($"{ModelsOptions.Section}:Upstreams has {options.Upstreams.Count} entries; at most {MaxUpstreams} are allowed.");
        faults.AddRange(options.Upstreams.Select(upstream => FaultOf(upstream.Key, upstream.Value)));
        faults.AddRange(SharedNames(options));
        var told = faults.OfType<string>().ToList();
        return told.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(told);
    }

    private static string? FaultOf(string name, UpstreamOptions upstream)
    {
        var section = $"{ModelsOptions.Section}:Upstreams:{name}";
        if (!UpstreamName().IsMatch(name))
            return $"{ModelsOptions.Section}:Upstreams: a name has 1 to 64 letters, digits, '-', '_' or '.'.";
        return BaseUrlFault(section, upstream.BaseUrl)
            ?? Annotations(section, upstream)
            ?? KeyFault(section, upstream)
            ?? upstream.Models.Select((model, index) => ModelFault($"{section}:Models:{index}", model)).FirstOrDefault(fault => fault is not null)
            ?? (upstream is { Discover: false, Models.Count: 0 } ? $"{section}: with Discover false, Models must name at least one model." : null);
    }

    private static string? BaseUrlFault(string section, string text)
    {
        if (text.Length == 0)
            return $"{section}:BaseUrl is missing; for Ollama on this machine it is http://127.0.0.1:11434/v1.";
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0 && url.Query.Length == 0 && url.Fragment.Length == 0
            ? null
            : $"{section}:BaseUrl must be an absolute http or https URL without user, query and fragment, for example http://127.0.0.1:11434/v1.";
    }

    private static string? KeyFault(string section, UpstreamOptions upstream)
    {
        string?[] sources = [upstream.ApiKey, upstream.ApiKeyFile, upstream.ApiKeyVariable];
        if (sources.Count(source => source is not null) > 1)
            return $"{section}: only one of ApiKey, ApiKeyFile and ApiKeyVariable may be set.";
        try
        {
            ApiKeySource.Read(upstream);
            return null;
        }
        catch (ApiKeyException fault)
        {
            return $"{section}:{fault.Message}";
        }
    }

    private static string? ModelFault(string section, ModelOptions model)
    {
        if (Annotations(section, model) is { } fault)
            return fault;
        if (model.Aliases.Any(alias => alias.Length is 0 or > 256))
            return $"{section}:Aliases: an alias has 1 to 256 characters.";
        return model.Capabilities.All(Capability.IsOfUpstreams)
            ? null
            : $"{section}:Capabilities may hold chat and embeddings.";
    }

    // What an operator has named must name one thing.
    private static IEnumerable<string> SharedNames(ModelsOptions options) =>
        from upstream in options.Upstreams
        from model in upstream.Value.Models
        from alias in model.Aliases
        group $"{upstream.Key}/{model.Id}" by alias into owners
        where owners.Distinct(StringComparer.Ordinal).Count() > 1
        select $"{ModelsOptions.Section}: the alias '{owners.Key}' stands for more than one model.";

    private static string? Annotations(string section, object options)
    {
        var results = new List<ValidationResult>();
        if (Validator.TryValidateObject(options, new ValidationContext(options), results, validateAllProperties: true))
            return null;
        var member = results[0].MemberNames.FirstOrDefault() ?? "";
        return string.Create(CultureInfo.InvariantCulture, $"{section}:{member} {Expectation(options, member)}");
    }

    private static string Expectation(object options, string member)
    {
        var attributes = options.GetType().GetProperty(member)?.GetCustomAttributes(inherit: true) ?? [];
        if (attributes.OfType<RangeAttribute>().FirstOrDefault() is { } range)
            return string.Create(CultureInfo.InvariantCulture, $"must be between {range.Minimum} and {range.Maximum}.");
        if (attributes.OfType<AllowedValuesAttribute>().FirstOrDefault() is { } allowed)
            return $"must be {string.Join(" or ", allowed.Values)}.";
        if (attributes.OfType<LengthAttribute>().FirstOrDefault() is { } length)
            return $"may have at most {length.MaximumLength} entries.";
        return attributes.OfType<StringLengthAttribute>().FirstOrDefault() is { } text ? $"must have 1 to {text.MaximumLength} characters." : "is missing.";
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}\z", RegexOptions.NonBacktracking)]
    private static partial Regex UpstreamName();
}
