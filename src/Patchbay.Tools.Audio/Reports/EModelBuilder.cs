using Patchbay.Tools.Audio.Codecs;
using Patchbay.Tools.Audio.Network;
using Patchbay.Tools.Audio.Streams;

namespace Patchbay.Tools.Audio.Reports;

/// <summary>The E-model's rating of a stream with every assumption named.</summary>
internal static class EModelBuilder
{
    /// <summary>G.113 Appendix I: G.711 with packet loss concealment.</summary>
    private const double ConcealedBpl = 25.1;

    /// <summary>No recommendation has Opus; these are in use elsewhere.</summary>
    private const double OpusIe = 5, OpusBpl = 15;

    /// <summary>Opus looks 6.5 ms ahead at its usual setting (RFC 6716 §2).</summary>
    private const double OpusLookaheadMs = 6.5;

    public static EModelReport Build(StreamFormat format, double frameMs, double? bufferMs, double lossPercent, double burstR)
    {
        var narrow = format.SampleRate <= 8000;
        var opus = format.Codec == AudioCodec.Opus;
        var lookahead = opus ? OpusLookaheadMs : 0;
        var delay = frameMs + lookahead + (bufferMs ?? 0);
        var input = new EModelInput(delay, lossPercent, burstR, opus ? OpusIe : 0, opus ? OpusBpl : ConcealedBpl);
        var rating = narrow ? EModel.Narrowband(input) : EModel.Wideband(input);
        var assumptions = new SortedDictionary<string, object?>(StringComparer.Ordinal)
        {
            ["delay"] = "not measured: R is an upper bound; Ta is frame, look-ahead and recommended buffer only",
            ["ta_ms"] = Math.Round(delay, 3),
            ["frame_ms"] = Math.Round(frameMs, 3),
            ["buffer_ms"] = bufferMs is { } buffer ? Math.Round(buffer, 3) : null,
            ["lookahead_ms"] = lookahead,
            ["ppl_percent"] = Math.Round(lossPercent, 6),
            ["burst_r"] = Math.Round(burstR, 6),
            ["ie"] = input.Ie,
            ["bpl"] = input.Bpl,
            ["ie_bpl_source"] = opus ? "provisional: no ITU-T value for Opus" : narrow ? "G.113 Appendix I, G.711 with concealment" : "provisional: G.711 with concealment taken for wideband PCM",
            ["defaults"] = narrow ? "ITU-T G.107 Table 2" : "ITU-T G.107.1: no noise, no echo",
        };
        return new EModelReport(
            Figure.Round(rating.R, 4),
            Figure.Round(rating.Mos, 4),
            narrow ? "ITU-T G.107 (06/2015)" : "ITU-T G.107.1, MOS from R/1.29",
            opus || !narrow,
            assumptions);
    }
}
