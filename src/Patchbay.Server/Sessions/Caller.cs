using Patchbay.Tools;

namespace Patchbay.Server.Sessions;

/// <summary>Whose session it is: the key's id and what it may do. Immutable; a changed key makes a new one.</summary>
internal interface ICaller
{
    /// <summary>The id, not the secret, of the key.</summary>
    string KeyId { get; }

    /// <summary>Whether the key has a scope; <c>admin</c> has them all.</summary>
    bool HasScope(string scope);

    /// <summary>Whether the key may see and call a tool.</summary>
    bool MayCall(ToolDefinition tool);
}
