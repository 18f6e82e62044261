using System.Runtime.InteropServices;
using Patchbay.Store.Executions;

namespace Patchbay.Store.Memory;

/// <summary>An execution that has ended, as a value without references. Its key and its answer stand behind each other in a page.</summary>
internal struct EndedExecution
{
    public UInt128 Digest;
    public long Number;
    public StoreTime CreatedAt;
    public StoreTime EndedAt;
    public BytePlace Place;
    public int OwnerBytes;
    public int IdBytes;
    public int AnswerBytes;
    public int KeyHash;
    public ExecutionScope Scope;
    public bool IsError;

    /// <summary>The bytes it has in its page.</summary>
    public readonly int TextBytes => OwnerBytes + IdBytes + AnswerBytes;

    /// <summary>Writes its key and its answer.</summary>
    public readonly void Write(Span<byte> text, in ExecutionKey key, ReadOnlySpan<byte> answer)
    {
        Bytes(key.Owner).CopyTo(text);
        Bytes(key.Id).CopyTo(text[OwnerBytes..]);
        answer.CopyTo(text[(OwnerBytes + IdBytes)..]);
    }

    /// <summary>Whether a key is the one in its text.</summary>
    public readonly bool HasKey(in ExecutionKey key, ReadOnlySpan<byte> text) =>
        key.Scope == Scope && Bytes(key.Owner).SequenceEqual(text[..OwnerBytes]) && Bytes(key.Id).SequenceEqual(text.Slice(OwnerBytes, IdBytes));

    /// <summary>The answer in its text. A copy: the page may be another's while somebody reads it.</summary>
    public readonly ExecutionAnswer ReadAnswer(ReadOnlySpan<byte> text) => new(IsError, text[(OwnerBytes + IdBytes)..].ToArray());

    /// <summary>The characters of a text as they are: whatever they are, equal texts and no others have equal bytes.</summary>
    public static ReadOnlySpan<byte> Bytes(string text) => MemoryMarshal.AsBytes(text.AsSpan());
}
