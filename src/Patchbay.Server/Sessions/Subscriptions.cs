using Patchbay.Protocol.Envelope;

namespace Patchbay.Server.Sessions;

/// <summary>What a session wants to be told. Empty for most, so it takes no memory until something is subscribed to.</summary>
internal sealed class Subscriptions
{
    /// <summary>The most event types one session may subscribe to.</summary>
    public const int MaxEventTypes = 64;

    // One for all sessions: it is taken seldom and for a moment, and there are as many sessions away as a server remembers.
    private static readonly Lock Changing = new();

    private volatile string[] _eventTypes = [];
    private volatile DiagnosticFilter? _diagnostics;

    /// <summary>The event types, ordinal.</summary>
    public IReadOnlyList<string> EventTypes => _eventTypes;

    /// <summary>Which diagnostics are wanted, or null for none.</summary>
    public DiagnosticFilter? Diagnostics
    {
        get => _diagnostics;
        set => _diagnostics = value;
    }

    public bool Has(string eventType) => Array.BinarySearch(_eventTypes, eventType, StringComparer.Ordinal) >= 0;

    /// <summary>Adds event types; false, and nothing changed, when there would be too many.</summary>
    public bool Add(IEnumerable<string> eventTypes)
    {
        lock (Changing)
        {
            string[] all = [.. _eventTypes.Concat(eventTypes).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
            if (all.Length > MaxEventTypes)
                return false;
            _eventTypes = all;
            return true;
        }
    }

    public void Remove(IEnumerable<string> eventTypes)
    {
        lock (Changing)
            _eventTypes = [.. _eventTypes.Except(eventTypes, StringComparer.Ordinal)];
    }
}

/// <summary>Which diagnostics a session wants.</summary>
/// <param name="Level">The lowest level.</param>
/// <param name="Components">Names of components, or <c>*</c> for all.</param>
internal sealed record DiagnosticFilter(DiagnosticLevel Level, IReadOnlyList<string> Components)
{
    public bool Matches(DiagnosticLevel level, string component) => level >= Level && (Components.Contains("*") || Components.Contains(component));
}
