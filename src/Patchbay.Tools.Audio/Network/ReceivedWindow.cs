namespace Patchbay.Tools.Audio.Network;

/// <summary>Remembers which of the newest 4,096 numbers were received.</summary>
internal sealed class ReceivedWindow
{
    private const int Size = 4096;
    private readonly ulong[] _bits = new ulong[Size / 64];
    private long _top = -1;

    /// <summary>Marks a number; false when it was marked before.</summary>
    public bool Mark(long number)
    {
        for (var fresh = Math.Max(_top + 1, number - Size + 1); fresh <= number; fresh++)
            _bits[fresh / 64 % _bits.Length] &= ~(1UL << (int)(fresh % 64));
        _top = Math.Max(_top, number);
        ref var word = ref _bits[number / 64 % _bits.Length];
        var bit = 1UL << (int)(number % 64);
        if ((word & bit) != 0)
            return false;
        word |= bit;
        return true;
    }
}
