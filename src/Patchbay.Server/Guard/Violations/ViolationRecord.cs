using System.Text.Json.Nodes;

namespace Patchbay.Server.Guard.Violations;

/// <summary>One broken rule (protocol section 8). It never holds keys, tokens, tickets, query strings or bodies.</summary>
/// <param name="Timestamp">When, UTC.</param>
/// <param name="Type">One of <see cref="Violation.Types"/>.</param>
/// <param name="ClientId">The client, or null before there is one.</param>
/// <param name="KeyId">The key's public id, or null when none was accepted.</param>
/// <param name="Address">The client's address, or null where there is none.</param>
/// <param name="Details">What else is known; not changed after it was handed in.</param>
internal sealed record ViolationRecord(DateTimeOffset Timestamp, string Type, string? ClientId, string? KeyId, string? Address, JsonObject? Details = null);
