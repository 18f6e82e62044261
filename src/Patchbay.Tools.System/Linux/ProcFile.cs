using Microsoft.Win32.SafeHandles;

namespace Patchbay.Tools.System.Linux;

/// <summary>One kernel file, opened once and read many times: a read at offset 0 makes the kernel write it anew. Steady state allocates nothing.</summary>
internal sealed class ProcFile(string path) : IDisposable
{
    // A file that is not there is looked for once a minute at 1 Hz, without an exception.
    private const int RetryAfterReads = 60;

    private byte[] _buffer = new byte[2048];
    private SafeFileHandle? _handle;
    private int _waits;
    private bool _hasWorked;
    private bool _refused;

    /// <summary>Where the file is.</summary>
    public string Path => path;

    /// <summary>Reads the whole file.</summary>
    /// <param name="content">The content, valid until the next read.</param>
    /// <returns>False when the file is missing or the kernel refuses (EOPNOTSUPP of a kernel booted with psi=0, say).</returns>
    public bool TryRead(out ReadOnlySpan<byte> content)
    {
        content = default;
        if (_refused || _waits-- > 0)
            return false;
        if (_handle is null && !File.Exists(path))
        {
            _waits = RetryAfterReads;
            return false;
        }

        try
        {
            _handle ??= File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            // Reading may replace the buffer by a larger one.
            var length = ReadAll(_handle);
            content = _buffer.AsSpan(0, length);
            _hasWorked = true;
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // A file that is there and was never readable will not become so; one that was has been taken away with its device.
            Dispose();
            _refused = !_hasWorked;
            _waits = RetryAfterReads;
            return false;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _handle?.Dispose();
        _handle = null;
    }

    // The kernel may hand a long table out page by page, so only an empty read is the end.
    private int ReadAll(SafeFileHandle handle)
    {
        var length = 0;
        while (true)
        {
            var read = RandomAccess.Read(handle, _buffer.AsSpan(length), length);
            if (read == 0)
                return length;
            length += read;
            if (length == _buffer.Length)
                Array.Resize(ref _buffer, _buffer.Length * 2);
        }
    }
}
