using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Patchbay.Server.Guard.Audit;

/// <summary>Appends records to the files of the log, each line with the hash of the one before. Not safe for concurrent use within a process.</summary>
/// <param name="directory">The data directory.</param>
/// <param name="options">Sizes.</param>
/// <param name="time">The clock.</param>
/// <param name="open">Opens the current file for appending; replaced where a full disk is played.</param>
internal sealed class AuditChain(string directory, AuditOptions options, TimeProvider time, Func<string, Stream>? open = null) : IDisposable
{
    // What the log has to say about itself; kept until it is written, for a rotation that is not told of looks like lines taken away.
    private readonly List<AuditRecord> _own = [];

    // Blocks of a busy server are large objects: a new one each time would cost a full collection each time.
    private readonly ArrayBufferWriter<byte> _block = new();
    private Stream? _file;
    private long _length;
    private AuditHead _head = AuditHead.None;

    /// <summary>Writes records as one block: all of them, or (with an exception) none.</summary>
    /// <exception cref="IOException">The disk is full, or the like. The next call tries again.</exception>
    public async Task AppendAsync(IReadOnlyList<AuditRecord> records, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        using var held = await AuditLock.AcquireAsync(directory, time, cancellationToken).ConfigureAwait(false);
        try
        {
            // Another process has written, or this one has not opened the log yet.
            if (_file is null || _file.Length != _length || AuditHead.Read(directory) != _head)
                Reopen();
            if (_length >= options.MaxFileBytes)
                Rotate();
            Write(_own.Count == 0 ? records : [.. _own, .. records]);
            _own.Clear();
        }
        catch
        {
            Close();
            throw;
        }
    }

    public void Dispose() => Close();

    /// <summary>How a file of the log is opened: readable for its owner only, and for others to open beside it.</summary>
    public static FileStreamOptions Options(FileMode mode)
    {
        var how = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            how.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return how;
    }

    private void Write(IReadOnlyList<AuditRecord> records)
    {
        var buffer = _block;
        buffer.ResetWrittenCount();
        var sequence = _head.Sequence;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes * 2];
        Encoding.ASCII.GetBytes(_head.Hash, hash);
        foreach (var record in records)
            AuditLine.Write(buffer, record, ++sequence, hash);
        var head = new AuditHead(sequence, Encoding.ASCII.GetString(hash));
        try
        {
            _file!.Position = _length;
            _file.Write(buffer.WrittenSpan);
            _file.Flush();
        }
        catch (IOException)
        {
            // What was written of the block goes again; should that fail too, the next opening finds a torn line or lines without a head.
            _file!.SetLength(_length);
            throw;
        }

        _length += buffer.WrittenCount;
        _head = head;
        head.Write(directory);
    }

    private void Reopen()
    {
        Close();
        string path = Path.Combine(directory, AuditFiles.Current);
        _file = open is null ? new FileStream(path, Options(FileMode.OpenOrCreate)) : open(path);
        var tail = AuditTail.Read(_file);
        if (tail.TornBytes > 0)
        {
            _file.SetLength(tail.CompleteLength);
            _own.Add(new AuditRecord(time.GetUtcNow(), "recovered", Details: new JsonObject { ["torn_bytes"] = tail.TornBytes }));
        }

        _length = tail.CompleteLength;
        var last = tail.LastLine.Length > 0 ? HeadOf(tail.LastLine) : LastSetAside();

        // The head knows better than the log when lines were taken away or the last one was changed while nobody wrote: numbers and links go on from the head,
        // so that the break stays visible for ever.
        _head = AuditHead.Read(directory) is { } head && head.Sequence >= last.Sequence ? head : last;
        if (_head != last)
            _own.Add(new AuditRecord(time.GetUtcNow(), "recovered", Details: new JsonObject { ["missing_lines"] = _head.Sequence - last.Sequence }));
    }

    private void Rotate()
    {
        Close();
        int[] numbers = AuditFiles.SetAside(directory);
        int number = numbers.LastOrDefault() + 1;
        File.Move(Path.Combine(directory, AuditFiles.Current), Path.Combine(directory, AuditFiles.NameOf(number)));
        string path = Path.Combine(directory, AuditFiles.Current);
        _file = open is null ? new FileStream(path, Options(FileMode.OpenOrCreate)) : open(path);
        _length = 0;
        int surplus = numbers.Length + 1 - options.MaxFiles;
        string? removed = null;
        for (int i = 0; i < surplus; i++)
        {
            removed = AuditFiles.NameOf(numbers[i]);
            File.Delete(Path.Combine(directory, removed));
        }

        var details = new JsonObject { ["file"] = AuditFiles.NameOf(number) };
        if (removed is not null)
            details["removed"] = removed;
        _own.Add(new AuditRecord(time.GetUtcNow(), "rotated", Details: details));
    }

    private AuditHead LastSetAside()
    {
        int[] numbers = AuditFiles.SetAside(directory);
        if (numbers.Length == 0)
            return AuditHead.None;
        using var file = new FileStream(Path.Combine(directory, AuditFiles.NameOf(numbers[^1])), Options(FileMode.Open));
        return HeadOf(AuditTail.Read(file).LastLine);
    }

    private static AuditHead HeadOf(byte[] line) =>
        new(AuditLine.TryRead(line, out long sequence, out _, out _) ? sequence : 0, AuditLine.Hash(line));

    private void Close()
    {
        _file?.Dispose();
        _file = null;
    }
}
