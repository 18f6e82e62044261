namespace Patchbay.Protocol.Errors;

/// <summary>One row of the table of error codes: the name on the wire, its group, and whether the same request may be repeated.</summary>
/// <remarks>Codes are compared by reference; every code is a field of <see cref="ErrorCodes"/>.</remarks>
public sealed class ErrorCode
{
    internal ErrorCode(string name, string group, bool retryable, string meaning)
    {
        Name = name;
        Group = group;
        Retryable = retryable;
        Meaning = meaning;
    }

    /// <summary>The code as it stands in <c>error_code</c>, for example <c>INVALID_PARAMS</c>.</summary>
    public string Name { get; }

    /// <summary><c>protocol</c>, <c>request</c>, <c>execution</c>, <c>security</c> or <c>connection</c>.</summary>
    public string Group { get; }

    /// <summary>Whether the same request may succeed when it is sent again. Sent as <c>details.retryable</c>.</summary>
    public bool Retryable { get; }

    /// <summary>What the code says, in one sentence.</summary>
    public string Meaning { get; }

    /// <inheritdoc />
    public override string ToString() => Name;
}
