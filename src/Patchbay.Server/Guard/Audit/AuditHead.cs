using System.Globalization;
using System.Text;

namespace Patchbay.Server.Guard.Audit;

/// <summary>
/// Number and hash of the newest line, in a file of its own. A chain alone does not show that its last lines were taken away; this does.
/// It is written after the line, so after a crash it may lag behind the log, never run ahead of it.
/// </summary>
/// <param name="Sequence">The number of the line; 0 when there is none.</param>
/// <param name="Hash">The hash of the line.</param>
internal readonly record struct AuditHead(long Sequence, string Hash)
{
    public const string FileName = "audit.head";

    public static readonly AuditHead None = new(0, AuditLine.NoHash);

    /// <summary>Reads the head; null when there is no file, or none that can be understood.</summary>
    public static AuditHead? Read(string directory)
    {
        string path = Path.Combine(directory, FileName);
        if (!File.Exists(path))
            return null;
        string[] parts = File.ReadAllText(path, Encoding.ASCII).TrimEnd('\n').Split(' ');
        return parts.Length == 2 && parts[1].Length == AuditLine.NoHash.Length && long.TryParse(parts[0], NumberStyles.None, null, out long sequence)
            ? new AuditHead(sequence, parts[1])
            : null;
    }

    /// <summary>Writes the head over the former one. The length never changes, so there is no moment at which the file is short.</summary>
    public void Write(string directory)
    {
        using var file = new FileStream(Path.Combine(directory, FileName), AuditChain.Options(FileMode.OpenOrCreate));
        file.Write(Encoding.ASCII.GetBytes($"{Sequence:D19} {Hash}\n"));
    }
}
