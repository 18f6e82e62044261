using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Patchbay.Tools.System.Linux;

/// <summary>adjtimex(2), asked without changing anything.</summary>
internal static partial class KernelClock
{
    // struct timex of 64-bit Linux has 208 bytes; maxerror is its fourth word, in microseconds, status stands behind esterror.
    private const int StructBytes = 256;
    private const int MaxErrorAt = 24;
    private const int StatusAt = 40;
    private const int Unsynchronized = 0x40;

    /// <summary>What the kernel thinks of its clock; null when it does not tell.</summary>
    public static ClockState? Ask()
    {
        var timex = new byte[StructBytes];
        if (!Environment.Is64BitProcess || Call(timex) < 0)
            return null;
        var status = BinaryPrimitives.ReadInt32LittleEndian(timex.AsSpan(StatusAt));
        return new ClockState((status & Unsynchronized) == 0, BinaryPrimitives.ReadInt64LittleEndian(timex.AsSpan(MaxErrorAt)) / 1e6);
    }

    [LibraryImport("libc", EntryPoint = "adjtimex")]
    private static partial int Call([In, Out] byte[] timex);
}

/// <summary>Whether something keeps the clock right, and how wrong it may be.</summary>
internal readonly record struct ClockState(bool IsSynchronized, double MaxErrorSeconds);
