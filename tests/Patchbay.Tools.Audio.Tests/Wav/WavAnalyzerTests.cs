using System.Buffers.Binary;
using System.Text;
using Patchbay.Protocol.Errors;
using Patchbay.Tools.Audio.Codecs;
using Patchbay.Tools.Audio.Reports;

namespace Patchbay.Tools.Audio.Tests.Wav;

public sealed class WavAnalyzerTests
{
    private static readonly byte[] Tone = Signals.S16(Signals.Tone((3, -23)));

    [Fact]
    public async Task A_file_gives_the_report_of_a_stream_of_the_same_samples()
    {
        var report = await MeasureAsync(File(1, 2, 48000, 16, Tone));
        Assert.Equal((AudioCodec.S16le, 48000, 2, 3.0), (report.Codec, report.SampleRate, report.Channels, report.DurationS));
        Assert.Equal(-23, report.Quality!.Loudness.IntegratedLufs!.Value, 0.1);
        Assert.Equal("end_of_file", report.ClosedBy);
        Assert.Null(report.Latency!.JitterMs.Current);
        Assert.Equal("a file has no times of arrival", report.NotMeasured["latency"]);

        using var room = new AudioRoom();
        var (id, no) = await room.OpenAsync("s16le", 48000, 2);
        for (var i = 0; i < 150; i++)
            await room.SendAsync(no, (uint)i, (ulong)(960 * i), Tone.AsMemory(3840 * i, 3840));
        var stream = await room.CloseAsync(id);
        Assert.Equal(stream.GetProperty("quality").GetProperty("loudness").GetProperty("true_peak_dbtp").GetDouble(), report.Quality.Loudness.TruePeakDbtp);
        Assert.Equal(stream.GetProperty("quality").GetProperty("level").GetProperty("rms_dbfs").GetDouble(), report.Quality.Level.RmsDbfs);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(uint.MaxValue)]
    public async Task A_length_that_means_nothing_is_read_to_the_end(uint declared) =>
        Assert.Equal(3, (await MeasureAsync(File(1, 2, 48000, 16, Tone, declared))).DurationS);

    [Fact]
    public async Task A_length_beyond_the_file_is_named_and_what_is_there_is_measured()
    {
        var report = await MeasureAsync(File(1, 2, 48000, 16, Tone, 2_000_000_000));
        Assert.Equal(3, report.DurationS);
        Assert.Contains(report.Findings, finding => finding.Title == "The file is shorter than its header says");
    }

    [Fact]
    public async Task What_follows_the_declared_samples_is_not_measured()
    {
        var report = await MeasureAsync(File(1, 2, 48000, 16, Tone, (uint)Tone.Length / 3));
        Assert.Equal(1, report.DurationS);
    }

    [Fact]
    public async Task A_file_that_ends_inside_a_sample_is_measured_without_it()
    {
        var report = await MeasureAsync(File(1, 2, 48000, 16, Tone.AsSpan(0, 4801).ToArray()));
        Assert.Equal(0.025, report.DurationS);
        Assert.Contains(report.Findings, finding => finding.Title == "The file ends inside a sample");
    }

    [Theory]
    [InlineData(3, 32, AudioCodec.F32le)]
    [InlineData(6, 8, AudioCodec.Alaw)]
    [InlineData(7, 8, AudioCodec.Mulaw)]
    [InlineData(1, 24, AudioCodec.S24le)]
    public async Task The_other_formats_are_read(ushort tag, ushort bits, AudioCodec codec)
    {
        var report = await MeasureAsync(File(tag, 1, 16000, bits, new byte[16000 * bits / 8]));
        Assert.Equal((codec, 1.0), (report.Codec, report.DurationS));
    }

    [Fact]
    public async Task Chunks_before_the_samples_are_skipped_and_an_extensible_format_is_read()
    {
        var fmt = new byte[40];
        Fmt(0xFFFE, 2, 48000, 16).CopyTo(fmt, 0);
        BinaryPrimitives.WriteUInt16LittleEndian(fmt.AsSpan(16), 22);
        fmt[24] = 1;
        byte[] file = [.. Chunk("RIFF", 0), .. "WAVE"u8, .. Chunk("LIST", 3), 1, 2, 3, 0, .. Chunk("fmt ", 40), .. fmt, .. Chunk("data", (uint)Tone.Length), .. Tone];
        Assert.Equal(3, (await MeasureAsync(file)).DurationS);
    }

    [Fact]
    public async Task Header_lies_are_refused_in_words()
    {
        await RefusedAsync([], "RIFF");
        await RefusedAsync(new byte[100], "RIFF");
        await RefusedAsync(File(1, 0, 48000, 16, Tone), "0 channels");
        await RefusedAsync(File(1, 9, 48000, 16, Tone), "9 channels");
        await RefusedAsync(File(1, 2, 4_000_000_000, 16, Tone), "4000000000 Hz");
        await RefusedAsync(File(85, 2, 48000, 16, Tone), "Format 85");
        await RefusedAsync(File(1, 2, 48000, 12, Tone), "12 bits");
        await RefusedAsync(File(1, 2, 48000, 16, []), "no samples");
        await RefusedAsync(File(1, 2, 48000, 16, Tone, block: 3), "contradicts");
        await RefusedAsync([.. Chunk("RIFF", 0), .. "WAVE"u8, .. Chunk("fmt ", uint.MaxValue)], "fmt chunk");
        await RefusedAsync([.. Chunk("RIFF", 0), .. "WAVE"u8, .. Chunk("junk", uint.MaxValue), 1], "longer than the file");
        await RefusedAsync([.. Chunk("RIFF", 0), .. "WAVE"u8, .. Chunk("data", 4), 0, 0, 0, 0], "before any fmt");
        await RefusedAsync([.. Chunk("RIFF", 0), .. "WAVE"u8], "no fmt");
    }

    [Fact]
    public async Task Any_bytes_after_a_good_start_are_an_answer_and_never_an_exception()
    {
        using var room = new AudioRoom();
        var random = new Random(42);
        for (var i = 0; i < 300; i++)
        {
            var file = File(1, 2, 48000, 16, Tone.AsSpan(0, 4000).ToArray());
            for (var k = 0; k < 5; k++)
                file[random.Next(64)] = (byte)random.Next(256);
            using var stream = new MemoryStream(file, 0, random.Next(file.Length));
            var result = await room.Wav.AnalyzeAsync(stream, CancellationToken.None);
            Assert.True(result.Error is null != result.Value is null);
        }
    }

    private static async Task RefusedAsync(byte[] file, string part)
    {
        using var room = new AudioRoom();
        using var stream = new MemoryStream(file);
        var result = await room.Wav.AnalyzeAsync(stream, CancellationToken.None);
        Assert.Equal(ErrorCodes.InvalidMessageFormat, result.Error!.Code);
        Assert.Contains(part, result.Error.Message, StringComparison.Ordinal);
    }

    private static async Task<AudioReport> MeasureAsync(byte[] file)
    {
        using var room = new AudioRoom();
        using var stream = new MemoryStream(file);
        var result = await room.Wav.AnalyzeAsync(stream, CancellationToken.None);
        Assert.Null(result.Error);
        return result.Value!;
    }

    private static byte[] File(ushort tag, ushort channels, uint rate, ushort bits, byte[] samples, uint? declared = null, ushort? block = null) =>
        [.. Chunk("RIFF", (uint)samples.Length + 36), .. "WAVE"u8, .. Chunk("fmt ", 16), .. Fmt(tag, channels, rate, bits, block), .. Chunk("data", declared ?? (uint)samples.Length), .. samples];

    private static byte[] Fmt(ushort tag, ushort channels, uint rate, ushort bits, ushort? block = null)
    {
        var fmt = new byte[16];
        BinaryPrimitives.WriteUInt16LittleEndian(fmt, tag);
        BinaryPrimitives.WriteUInt16LittleEndian(fmt.AsSpan(2), channels);
        BinaryPrimitives.WriteUInt32LittleEndian(fmt.AsSpan(4), rate);
        BinaryPrimitives.WriteUInt32LittleEndian(fmt.AsSpan(8), unchecked(rate * channels * bits / 8));
        BinaryPrimitives.WriteUInt16LittleEndian(fmt.AsSpan(12), block ?? (ushort)(channels * bits / 8));
        BinaryPrimitives.WriteUInt16LittleEndian(fmt.AsSpan(14), bits);
        return fmt;
    }

    private static byte[] Chunk(string name, uint length)
    {
        var chunk = new byte[8];
        Encoding.ASCII.GetBytes(name, chunk);
        BinaryPrimitives.WriteUInt32LittleEndian(chunk.AsSpan(4), length);
        return chunk;
    }
}
