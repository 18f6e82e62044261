using System.Net;

namespace Patchbay.Server.Guard.Connections;

/// <summary>The most connections at a time.</summary>
/// <param name="PerKey">Of one key, 1 to 1,000,000,000. The default value is 10.</param>
/// <param name="PerAddress">Of one address (IPv6: of one /64), 1 to 1,000,000,000. The default value is 50.</param>
internal sealed record ConnectionLimits(int PerKey = 10, int PerAddress = 50);

/// <summary>Counts the open connections of each key and address. It holds only what is open. Safe for concurrent use.</summary>
internal sealed class ConnectionLedger(Func<ConnectionLimits> limits)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _perKey = new(StringComparer.Ordinal);
    private readonly Dictionary<AddressBlock, int> _perAddress = [];

    /// <summary>Takes a place for a connection; null when key or address has none left. Dispose the place, once or more, when the connection has ended.</summary>
    public IDisposable? TryOpen(string keyId, IPAddress address)
    {
        var most = limits();
        var block = AddressBlock.Of(address);
        lock (_lock)
        {
            int ofKey = _perKey.GetValueOrDefault(keyId);
            int ofAddress = _perAddress.GetValueOrDefault(block);
            if (ofKey >= most.PerKey || ofAddress >= most.PerAddress)
                return null;
            _perKey[keyId] = ofKey + 1;
            _perAddress[block] = ofAddress + 1;
        }

        return new Place(this, keyId, block);
    }

    private void Close(string keyId, AddressBlock block)
    {
        lock (_lock)
        {
            Decrease(_perKey, keyId);
            Decrease(_perAddress, block);
        }
    }

    private static void Decrease<T>(Dictionary<T, int> counts, T of)
        where T : notnull
    {
        if (counts[of] == 1)
            counts.Remove(of);
        else
            counts[of]--;
    }

    private sealed class Place(ConnectionLedger ledger, string keyId, AddressBlock block) : IDisposable
    {
        private int _closed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _closed, 1) == 0)
                ledger.Close(keyId, block);
        }
    }
}
