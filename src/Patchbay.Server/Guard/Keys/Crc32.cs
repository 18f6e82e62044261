namespace Patchbay.Server.Guard.Keys;

/// <summary>CRC-32 of ISO 3309 (the one of gzip and PNG): polynomial 0xEDB88320 reflected, start and end inverted.</summary>
internal static class Crc32
{
    public static uint Compute(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }

        return ~crc;
    }
}
