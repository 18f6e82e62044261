using System.Buffers;

namespace Patchbay.Server.Guard.Audit;

/// <summary>Reads a whole audit log and checks every link. Also beside a server that writes to it.</summary>
internal sealed class AuditVerifier
{
    private const int FaultsTold = 100;
    private const int ChunkBytes = 65_536;

    private readonly List<AuditFault> _faults = [];
    private readonly HashSet<string> _removed = new(StringComparer.Ordinal);
    private AuditHead _previous = AuditHead.None;
    private AuditHead? _head;
    private bool _headMet;
    private long _records;
    private long _first;
    private long _torn;

    private AuditVerifier()
    {
    }

    /// <summary>Verifies the log of a data directory.</summary>
    /// <exception cref="IOException">The files cannot be read, or another process has kept them locked for some two seconds.</exception>
    public static async Task<AuditReport> VerifyAsync(string directory, TimeProvider time, CancellationToken cancellationToken)
    {
        var verifier = new AuditVerifier();
        var files = new List<(string Name, FileStream File, long Length)>();
        int[] numbers;

        // Under the lock nobody is in the middle of a line, and no file is moved between finding and opening it.
        using (await AuditLock.AcquireAsync(directory, time, cancellationToken).ConfigureAwait(false))
        {
            verifier._head = AuditHead.Read(directory);
            numbers = AuditFiles.SetAside(directory);
            string[] names = [.. numbers.Select(AuditFiles.NameOf), .. File.Exists(Path.Combine(directory, AuditFiles.Current)) ? [AuditFiles.Current] : Array.Empty<string>()];
            foreach (string name in names)
            {
                var file = new FileStream(Path.Combine(directory, name), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                files.Add((name, file, file.Length));
            }
        }

        try
        {
            foreach (var (name, file, length) in files)
                await verifier.ReadAsync(name, file, length, isLast: name == files[^1].Name, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            files.ForEach(file => file.File.Dispose());
        }

        verifier.CheckBeginning(numbers);
        verifier.CheckEnd();
        return new AuditReport(verifier._records, verifier._first, verifier._previous.Sequence, verifier._torn, verifier._faults);
    }

    private async Task ReadAsync(string name, FileStream file, long length, bool isLast, CancellationToken cancellationToken)
    {
        var line = new ArrayBufferWriter<byte>(AuditLine.MaxBytes);
        byte[] chunk = new byte[ChunkBytes];
        long number = 0;
        for (long left = length; left > 0;)
        {
            int read = await file.ReadAsync(chunk.AsMemory(0, (int)Math.Min(chunk.Length, left)), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                break;
            left -= read;
            var rest = chunk.AsMemory(0, read);
            while (rest.Span.IndexOf((byte)'\n') is var end and >= 0)
            {
                line.Write(rest.Span[..end]);
                Check(name, ++number, line.WrittenSpan);
                line.ResetWrittenCount();
                rest = rest[(end + 1)..];
            }

            line.Write(rest.Span);
            if (line.WrittenCount > AuditLine.MaxBytes)
            {
                Fault(name, number + 1, "the line is longer than any that was written");
                return;
            }
        }

        if (line.WrittenCount == 0)
            return;
        if (isLast)
            _torn = line.WrittenCount;
        else
            Fault(name, number + 1, "the line has no end");
    }

    private void Check(string file, long number, ReadOnlySpan<byte> line)
    {
        string hash = AuditLine.Hash(line);
        if (!AuditLine.TryRead(line, out long sequence, out string previousHash, out string? removed))
        {
            Fault(file, number, "this is no line of an audit log");
            _previous = new AuditHead(_previous.Sequence + 1, hash);
            return;
        }

        if (removed is not null)
            _removed.Add(removed);
        if (_records++ == 0)
        {
            _first = sequence;
        }
        else if (sequence <= _previous.Sequence)
        {
            Fault(file, number, "a line was put in here, or put in another place");
            return;
        }
        else if (sequence > _previous.Sequence + 1)
        {
            Fault(file, number, $"{sequence - _previous.Sequence - 1} lines before it are missing");
        }
        else if (previousHash != _previous.Hash)
        {
            Fault(file, number, "the line before it was changed");
        }

        _previous = new AuditHead(sequence, hash);
        if (sequence == _head?.Sequence)
        {
            _headMet = true;
            if (hash != _head?.Hash)
                Fault(file, number, "the line was changed");
        }
    }

    private void CheckBeginning(int[] numbers)
    {
        if (_records == 0)
            return;
        string oldest = numbers.Length > 0 ? AuditFiles.NameOf(numbers[0]) : AuditFiles.Current;
        bool removedByRotation = numbers.Length > 0 && _removed.Contains(AuditFiles.NameOf(numbers[0] - 1));
        if (_first != 1 && !removedByRotation)
            Fault(oldest, 0, $"the lines before number {_first} are missing");
    }

    private void CheckEnd()
    {
        if (_head is null && _records > 0)
            Fault(AuditHead.FileName, 0, "the file is missing or damaged, so lines may have been taken from the end");
        else if (_head is { } head && !_headMet)
            Fault(AuditFiles.Current, 0, $"the lines up to number {head.Sequence} are missing at the end");
    }

    private void Fault(string file, long line, string problem)
    {
        if (_faults.Count < FaultsTold)
            _faults.Add(new AuditFault(file, line, problem));
    }
}
