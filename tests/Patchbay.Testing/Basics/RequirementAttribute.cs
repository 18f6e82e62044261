namespace Patchbay.Testing;

/// <summary>Says which sentences of <c>conformance/requirements.json</c> a test proves.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true)]
public sealed class RequirementAttribute(params string[] ids) : Attribute
{
    /// <summary>The ids, for example <c>PROTO-4-07</c>.</summary>
    public IReadOnlyList<string> Ids { get; } = ids;
}
