using System.Buffers.Text;

namespace Patchbay.Server.Guard.Audit;

/// <summary>Times as the audit log writes them: ISO 8601, UTC, milliseconds.</summary>
internal static class AuditTime
{
    private const int Length = 24;

    // The records of one second share all but the last digits, and there are many in a second.
    [ThreadStatic]
    private static byte[]? _second;

    [ThreadStatic]
    private static long _ofSecond;

    /// <summary>Writes a time and returns its length.</summary>
    public static int Write(DateTimeOffset time, Span<byte> output)
    {
        var ticks = time.UtcTicks;
        var second = ticks / TimeSpan.TicksPerSecond;
        if (_second is null || _ofSecond != second)
        {
            _second ??= new byte[Length];
            time.UtcDateTime.TryFormat(_second, out _, "yyyy-MM-dd'T'HH:mm:ss.000'Z'");
            _ofSecond = second;
        }

        _second.CopyTo(output);
        Utf8Formatter.TryFormat((int)(ticks / TimeSpan.TicksPerMillisecond % 1_000), output[(Length - 4)..], out _, new System.Buffers.StandardFormat('D', 3));
        return Length;
    }
}
