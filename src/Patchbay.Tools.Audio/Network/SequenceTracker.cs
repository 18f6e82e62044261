namespace Patchbay.Tools.Audio.Network;

/// <summary>What the sequence number of a frame says.</summary>
internal enum SequenceKind
{
    /// <summary>The next frame, or one after a gap.</summary>
    InOrder,

    /// <summary>A frame that was received before.</summary>
    Duplicate,

    /// <summary>A frame that comes after one that follows it (RFC 4737).</summary>
    Reordered,

    /// <summary>Far from everything; stands outside the count until the next frame confirms a new numbering.</summary>
    Jump,

    /// <summary>The frame that confirms a new numbering.</summary>
    Restart,
}

/// <summary>The verdict on a frame.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Extended">Its number without wraps, rising across restarts; meaningless for a jump.</param>
/// <param name="Missing">Frames skipped just before it.</param>
internal readonly record struct SequenceVerdict(SequenceKind Kind, long Extended, int Missing);

/// <summary>
/// RFC 3550 A.1 with the bound of the wire's 32-bit numbers: MAX_DROPOUT 3000, MAX_MISORDER 100, a jump is believed when the next number follows it.
/// A relayed 16-bit number that wraps at 65535 is recognised as such.
/// </summary>
internal sealed class SequenceTracker
{
    private const uint MaxDropout = 3000;
    private const uint MaxMisorder = 100;
    private readonly ReceivedWindow _window = new();
    private uint _max;
    private uint _highest;
    private uint? _afterJump;
    private bool _started;

    /// <summary>Extended number of the first frame.</summary>
    public const long Base = 0;

    /// <summary>Largest extended number.</summary>
    public long ExtendedMax { get; private set; } = -1;

    /// <summary>RFC 3550 A.3: extended maximum - base + 1.</summary>
    public long Expected => ExtendedMax + 1;

    /// <summary>Frames received, duplicates included, jumps that were never confirmed not.</summary>
    public long Received { get; private set; }

    public long Duplicates { get; private set; }

    public long Reordered { get; private set; }

    /// <summary>Largest distance of a reordered frame from the newest, in frames.</summary>
    public long LargestDisplacement { get; private set; }

    public int Restarts { get; private set; }

    /// <summary>Frames with a number far from everything that no other followed.</summary>
    public long Strays { get; private set; }

    public SequenceVerdict Take(uint sequence)
    {
        if (!_started)
        {
            _started = true;
            return Advance(sequence, 1, SequenceKind.InOrder);
        }

        var delta = Distance(sequence);
        if (delta is > 0 and < MaxDropout)
            return Advance(sequence, delta, SequenceKind.InOrder);
        if (delta == 0 || unchecked(0u - delta) <= MaxMisorder)
            return Behind(ExtendedMax - unchecked(0u - delta));

        if (_afterJump == sequence)
        {
            // Two in a row: the sender has begun anew. The first of them counts too.
            Strays--;
            Restarts++;
            ExtendedMax++;
            Received++;
            _window.Mark(ExtendedMax);
            return Advance(sequence, 1, SequenceKind.Restart);
        }
        Strays++;
        _afterJump = unchecked(sequence + 1);
        return new SequenceVerdict(SequenceKind.Jump, -1, 0);
    }

    // How far ahead of the newest, modulo 2^32; modulo 2^16 when the sender never used more than 16 bits and wraps there.
    private uint Distance(uint sequence)
    {
        var narrow = unchecked((ushort)(sequence - _max));
        return _highest <= ushort.MaxValue && sequence <= ushort.MaxValue && (narrow < MaxDropout ? sequence < _max : narrow > 65536 - MaxMisorder && sequence > _max)
            ? unchecked((uint)(short)narrow)
            : unchecked(sequence - _max);
    }

    private SequenceVerdict Advance(uint sequence, uint delta, SequenceKind kind)
    {
        ExtendedMax += delta;
        _max = sequence;
        _highest = Math.Max(_highest, sequence);
        _afterJump = null;
        Received++;
        _window.Mark(ExtendedMax);
        return new SequenceVerdict(kind, ExtendedMax, (int)delta - 1);
    }

    private SequenceVerdict Behind(long extended)
    {
        // Before the first frame: it was sent before we began to count, and is no part of what is expected.
        if (extended < Base)
        {
            Strays++;
            return new SequenceVerdict(SequenceKind.Jump, -1, 0);
        }
        Received++;
        if (!_window.Mark(extended))
        {
            Duplicates++;
            return new SequenceVerdict(SequenceKind.Duplicate, extended, 0);
        }
        Reordered++;
        LargestDisplacement = Math.Max(LargestDisplacement, ExtendedMax - extended);
        return new SequenceVerdict(SequenceKind.Reordered, extended, 0);
    }
}
