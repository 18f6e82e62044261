namespace Patchbay.Client.Core;

/// <summary>Tokens for repetitions: one each, a tenth back for each success, so that they stay a small share of the traffic.</summary>
/// <remarks>The scheme is gRPC's retry throttling (gRFC A6). Counted in tenths, so that ten successes are one token exactly.</remarks>
internal sealed class RetryBudget(int size)
{
    private const long TenthsOfToken = 10;

    private readonly long _size = size * TenthsOfToken;
    private long _tenths = size * TenthsOfToken;

    /// <summary>Takes a token; false when there is none.</summary>
    public bool Take()
    {
        if (_tenths < TenthsOfToken)
            return false;
        _tenths -= TenthsOfToken;
        return true;
    }

    public void Succeeded() => _tenths = Math.Min(_size, _tenths + 1);
}
