namespace Patchbay.Store.Memory;

/// <summary>
/// Copies answers behind each other into pages. Answers leave in the order they came, so a page is free when its last answer is; one object for some hundred
/// answers spares the collector most of what keeping them for ten minutes costs. Not safe for concurrent use.
/// </summary>
internal sealed class AnswerPages
{
    // Below the size at which an array becomes a large object.
    private const int PageBytes = 64 * 1_024;

    private byte[] _page = [];
    private int _used;

    /// <summary>Copies an answer; a large one gets an array of its own.</summary>
    public ReadOnlyMemory<byte> Keep(ReadOnlySpan<byte> answer)
    {
        if (answer.Length > PageBytes / 8)
            return answer.ToArray();
        if (_used + answer.Length > _page.Length)
        {
            _page = GC.AllocateUninitializedArray<byte>(PageBytes);
            _used = 0;
        }

        var kept = _page.AsMemory(_used, answer.Length);
        answer.CopyTo(kept.Span);
        _used += answer.Length;
        return kept;
    }
}
