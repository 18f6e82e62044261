using System.Collections.Frozen;
using System.Text.Json;
using Patchbay.Protocol.Validation;
using Patchbay.Tools;

namespace Patchbay.Server.Catalog;

/// <summary>The tools of the server. Readers see one snapshot and never half a change.</summary>
internal sealed class ToolCatalog : IToolRegistry
{
    private readonly Lock _lock = new();
    private volatile Snapshot _snapshot = new([]);

    public ToolCatalog(IEnumerable<ITool> tools)
    {
        foreach (var tool in tools)
            Register(tool);
    }

    /// <summary>Raised after a change, on the thread that made it.</summary>
    public event Action? Changed;

    /// <inheritdoc />
    public IReadOnlyList<ITool> Tools => [.. _snapshot.Ordered.Select(entry => entry.Tool)];

    /// <summary>Every entry, ordinal by name.</summary>
    public IReadOnlyList<CatalogEntry> Entries => _snapshot.Ordered;

    /// <summary>Finds a tool without making a string of its name.</summary>
    public CatalogEntry? Find(ReadOnlySpan<char> name) => _snapshot.Lookup.TryGetValue(name, out var entry) ? entry : null;

    /// <inheritdoc />
    public IDisposable Register(ITool tool)
    {
        var definition = tool.Definition;
        if (!Names.IsName(definition.Name))
            throw new ArgumentException($"A tool's name has 1 to {Names.MaxNameLength} characters and no control characters.", nameof(tool));
        if (definition.InputSchema.ValueKind != JsonValueKind.Object)
            throw new ArgumentException($"The input schema of {definition.Name} must be an object.", nameof(tool));

        var entry = new CatalogEntry(tool);
        lock (_lock)
        {
            if (_snapshot.Lookup.TryGetValue(definition.Name, out _))
                throw new ArgumentException($"A tool named {definition.Name} is registered already.", nameof(tool));
            _snapshot = new Snapshot([.. _snapshot.Ordered, entry]);
        }

        Changed?.Invoke();
        return new Registration(this, entry);
    }

    private void Remove(CatalogEntry entry)
    {
        lock (_lock)
        {
            if (!_snapshot.Ordered.Contains(entry))
                return;
            _snapshot = new Snapshot(_snapshot.Ordered.Where(other => other != entry));
        }

        Changed?.Invoke();
    }

    private sealed class Snapshot
    {
        public Snapshot(IEnumerable<CatalogEntry> entries)
        {
            Ordered = [.. entries.OrderBy(entry => entry.Definition.Name, StringComparer.Ordinal)];
            Lookup = Ordered.ToFrozenDictionary(entry => entry.Definition.Name, StringComparer.Ordinal).GetAlternateLookup<ReadOnlySpan<char>>();
        }

        public CatalogEntry[] Ordered { get; }

        public FrozenDictionary<string, CatalogEntry>.AlternateLookup<ReadOnlySpan<char>> Lookup { get; }
    }

    private sealed class Registration(ToolCatalog catalog, CatalogEntry entry) : IDisposable
    {
        public void Dispose() => catalog.Remove(entry);
    }
}
