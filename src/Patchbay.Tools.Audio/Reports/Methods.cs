namespace Patchbay.Tools.Audio.Reports;

/// <summary>How each figure is made, as it stands in every report.</summary>
internal static class Methods
{
    public static IReadOnlyDictionary<string, string> All { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["quality.loudness"] = "ITU-R BS.1770-5, EBU R 128; momentary 400 ms and short-term 3 s slide by 10 ms; integrated over 400 ms blocks every 100 ms with gates at -70 LUFS and -10 LU; range by EBU Tech 3342. A mono stream is one channel.",
        ["quality.loudness.true_peak_dbtp"] = "BS.1770-5 Annex 2: 4x oversampling below 96 kHz, 2x below 192 kHz, 24 taps a phase.",
        ["quality.level"] = "Over the whole stream. RMS: a full-scale sine reads -3.01 dBFS. DC offset: mean of a channel.",
        ["quality.clipping"] = "At least 3 samples in a row at 0.999 of full scale (G.711: the largest code), or at least 4 equal samples within 0.5 dB of the peak that fall away sharply on both sides.",
        ["quality.silence"] = "Hops of 10 ms below the threshold (-60 dBFS by default) on every channel, for 300 ms or more.",
        ["quality.dropouts"] = "Digital zero on every channel for 20 ms or more, cut out of sound: above -40 dBFS in the millisecond before and after, without a fade.",
        ["quality.clicks"] = "A second difference above 8 times its local median magnitude that is at least 4 times any other within 10 ms.",
        ["quality.channels"] = "dead: below -90 dBFS beside a live one; identical: differs by less than -60 dB; inverted: correlation below -0.9.",
        ["quality.bandwidth"] = "Upper edge of the highest 100 Hz band within 60 dB of the strongest and 10 dB above the noise of the pauses, in a Welch spectrum over the whole stream. Without speech: where the level falls by 20 dB for good, else where it falls 60 dB below the strongest band.",
        ["quality.hum"] = "Lines of 50 or 60 Hz and harmonics in spectra of one second.",
        ["quality.noise_floor_dbfs"] = "Mean power of the passages without speech, spectral lines taken out, on the mean of all channels. Where nobody speaks at all, music and the like count as noise.",
        ["quality.snr.vad_db"] = "10 lg((speech - noise)/noise) from frames of speech (p > 0.5) and of pause (p < 0.2, with two such neighbours on either side), 0 to 8 kHz.",
        ["quality.snr.wada_db"] = "WADA-SNR (Kim and Stern 2008), a second opinion.",
        ["quality.speech"] = "Silero VAD v6: begin at 0.5, end after 100 ms below 0.35, at least 250 ms, padded by 30 ms. A turn ends with a second of pause.",
        ["quality.speech.active_level_dbfs"] = "ITU-T P.56 method B on the mean of all channels, 0 to 8 kHz, without a filter: envelope 30 ms twice, hangover 200 ms, margin 15.9 dB. 0 is a full-scale square wave (dBov).",
        ["latency"] = "From the sender's capture_ts and the arrival at the server. On a WebSocket the network loses and reorders nothing: its trouble appears as delay.",
        ["latency.jitter_ms"] = "RFC 3550 §6.4.1, in order of arrival.",
        ["latency.pdv_ms"] = "RFC 5481: delay above the smallest, newest 8,192 frames, drift taken out once it is known (30 s).",
        ["latency.drift_ppm"] = "Slope of the lower envelope of arrival - capture; positive: the sender's clock is the slower one.",
        ["latency.recommended_buffer_ms"] = "Smallest depth in whole frames that at most 1 % of the frames exceed.",
        ["latency.stalls"] = "Gaps between arrivals above three frames.",
        ["errors"] = "RFC 3550 A.1 and A.3 on the sender's numbers (MAX_DROPOUT 3000, MAX_MISORDER 100). lost is without duplicates; lost_rfc3550 counts them as received.",
        ["errors.late"] = "What the recommended jitter buffer would have discarded.",
        ["errors.bursts"] = "RFC 3611 §4.7.2 by definition, Gmin 16, of lost and late frames.",
        ["errors.concealed"] = "PCM and G.711: repetition in the manner of G.711 Appendix I, silent after 60 ms. Opus: libopus. At most 200 ms a gap. Frames out of order are counted and not played.",
        ["errors.e_model"] = "Estimated transmission quality (MOS-CQE) by calculation; not a listening test.",
    };
}
