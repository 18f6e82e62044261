namespace Patchbay.Tools.Audio.Network;

/// <summary>What became of an expected frame.</summary>
internal enum FrameFate
{
    Received,
    Lost,

    /// <summary>Came too late for the virtual buffer.</summary>
    Discarded,
}

/// <summary>
/// Bursts and gaps by the definition of RFC 3611 §4.7.2 with Gmin = 16, fed frame by frame in order: a burst is the longest run that starts and ends
/// with a frame lost or discarded and holds no run of 16 received ones; a single loss with 16 received on both sides belongs to the gap.
/// (The counters of that RFC's Appendix A.2 misplace losses at the start and are not used.) Copy it to look ahead.
/// </summary>
internal struct BurstGapAutomaton
{
    private const int Gmin = 16;
    private int _bursts;
    private long _burstFrames;
    private long _burstLost;
    private long _gapLost;
    private long _frames;
    private long _runFrames;
    private long _runLost;
    private long _sinceLoss;
    private bool _last;
    private long _afterReceived;
    private long _lossAfterReceived;
    private long _afterLoss;
    private long _receivedAfterLoss;
    private long _runStart;
    private bool _startsInBurst;
    private bool _endsInBurst;

    public void Add(FrameFate fate)
    {
        var bad = fate != FrameFate.Received;
        CountTransition(bad);
        _frames++;
        if (!bad)
        {
            _sinceLoss++;
            return;
        }
        if (_runFrames > 0 && _sinceLoss < Gmin)
        {
            _runFrames += _sinceLoss + 1;
            _runLost++;
        }
        else
        {
            EndRun();
            (_runFrames, _runLost, _runStart) = (1, 1, _frames - 1);
        }
        _sinceLoss = 0;
    }

    /// <summary>What was found, with the time a frame covers.</summary>
    public readonly BurstGapFigures Figures(double frameMs)
    {
        var end = this;
        end.EndRun();
        var gapFrames = end._frames - end._burstFrames;
        // Gaps alternate with bursts; one that holds no frame, before a burst at the very start or after one at the very end, is none.
        var gaps = end._bursts + 1 - (end._startsInBurst ? 1 : 0) - (end._sinceLoss == 0 && end._endsInBurst ? 1 : 0);
        double? p = _afterReceived == 0 ? null : (double)_lossAfterReceived / _afterReceived;
        double? q = _afterLoss == 0 ? null : (double)_receivedAfterLoss / _afterLoss;
        return new BurstGapFigures(
            end._bursts,
            end._burstFrames == 0 ? null : (double)end._burstLost / end._burstFrames,
            end._bursts == 0 ? null : end._burstFrames * frameMs / end._bursts,
            gapFrames == 0 ? null : (double)end._gapLost / gapFrames,
            gapFrames == 0 || gaps <= 0 ? null : gapFrames * frameMs / gaps,
            p,
            q,
            p + q > 0 && p > 0 ? Math.Max(1, 1 / (p.Value + q!.Value)) : null);
    }

    private void CountTransition(bool bad)
    {
        if (_frames > 0 && _last)
        {
            _afterLoss++;
            if (!bad)
                _receivedAfterLoss++;
        }
        else if (_frames > 0)
        {
            _afterReceived++;
            if (bad)
                _lossAfterReceived++;
        }
        _last = bad;
    }

    // A run of one is an isolated loss: part of the gap.
    private void EndRun()
    {
        _endsInBurst = _runLost > 1;
        if (_runLost > 1)
        {
            _bursts++;
            _burstFrames += _runFrames;
            _burstLost += _runLost;
            _startsInBurst |= _runStart == 0;
        }
        else
        {
            _gapLost += _runLost;
        }
        (_runFrames, _runLost) = (0, 0);
    }
}

/// <summary>Bursts, gaps and the two-state (Gilbert) fit.</summary>
/// <param name="Count">Number of bursts.</param>
/// <param name="Density">Lost and discarded share of the frames in bursts.</param>
/// <param name="MeanMs">Mean time a burst covers.</param>
/// <param name="GapDensity">Lost and discarded share of the frames in gaps.</param>
/// <param name="GapMeanMs">Mean time a gap covers.</param>
/// <param name="P">Probability of a loss after a received frame.</param>
/// <param name="Q">Probability of a received frame after a loss.</param>
/// <param name="BurstR">1/(p + q), at least 1 (ITU-T G.113); null without losses.</param>
internal sealed record BurstGapFigures(int Count, double? Density, double? MeanMs, double? GapDensity, double? GapMeanMs, double? P, double? Q, double? BurstR);
