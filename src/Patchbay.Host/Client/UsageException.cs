namespace Patchbay.Host.Client;

/// <summary>The command line is not right; the message says how it would be.</summary>
internal sealed class UsageException(string message) : Exception(message);
