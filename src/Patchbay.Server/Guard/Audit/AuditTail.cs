namespace Patchbay.Server.Guard.Audit;

/// <summary>The end of a file of the log.</summary>
/// <param name="CompleteLength">The length up to the end of the last complete line.</param>
/// <param name="TornBytes">What stands behind it: a line that a crash has cut off.</param>
/// <param name="LastLine">The last complete line without its end; empty when there is none.</param>
internal readonly record struct AuditTail(long CompleteLength, long TornBytes, byte[] LastLine)
{
    public static AuditTail Read(Stream file)
    {
        // A line is at most 4 KiB; only a file that was tampered with makes this read more than once.
        for (long window = 4 * AuditLine.MaxBytes; ; window *= 4)
        {
            long start = Math.Max(0, file.Length - window);
            byte[] bytes = new byte[file.Length - start];
            file.Position = start;
            file.ReadExactly(bytes);
            int end = Array.LastIndexOf(bytes, (byte)'\n');
            int before = end <= 0 ? -1 : Array.LastIndexOf(bytes, (byte)'\n', end - 1);
            if (start > 0 && before < 0)
                continue;
            return new AuditTail(start + end + 1, bytes.Length - end - 1, end < 0 ? [] : bytes[(before + 1)..end]);
        }
    }
}
