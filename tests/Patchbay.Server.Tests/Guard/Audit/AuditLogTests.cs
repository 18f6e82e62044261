using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using Patchbay.Server.Guard.Audit;

namespace Patchbay.Server.Tests.Guard.Audit;

public sealed class AuditLogTests : IDisposable
{
    private readonly ManualTime _time = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("patchbay-audit").FullName;
    private readonly List<string> _troubles = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Current => Path.Combine(_directory, AuditFiles.Current);

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Each_line_carries_the_hash_of_the_one_before()
    {
        await WriteAsync(3);
        string[] lines = await File.ReadAllLinesAsync(Current, Cancel);

        Assert.Equal(3, lines.Length);
        string previous = new('0', 64);
        for (int i = 0; i < lines.Length; i++)
        {
            var line = JsonNode.Parse(lines[i])!;
            Assert.Equal(i + 1, (long)line["seq"]!);
            Assert.Equal("2030-01-01T00:00:00.000Z", (string)line["time"]!);
            Assert.Equal(previous, (string)line["prev"]!);
            previous = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(lines[i])));
        }

        var report = await VerifyAsync();
        Assert.True(report.Intact);
        Assert.Equal((3, 1, 3), (report.Records, report.FirstSequence, report.LastSequence));
    }

    [Fact]
    public async Task The_files_are_for_their_owner_alone()
    {
        if (OperatingSystem.IsWindows())
            return;
        await WriteAsync(1);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Current));
    }

    [Fact]
    public async Task A_forged_text_stays_within_its_line()
    {
        const string forged = "x\"}\n{\"seq\":2,\"event\":\"admin\"}\r\n\u2028\u0085\u001b[2J\ud800";
        await using (var log = Log())
        {
            log.Write(new AuditRecord(_time.GetUtcNow(), "violation", Subject: forged, Details: new JsonObject { [forged] = forged }));
        }

        byte[] bytes = await File.ReadAllBytesAsync(Current, Cancel);
        Assert.Equal(1, bytes.Count(b => b == '\n'));
        Assert.All(bytes[..^1], b => Assert.InRange(b, (byte)' ', (byte)'~'));
        Assert.Equal(forged.Replace('\ud800', '\ufffd'), (string)JsonNode.Parse(bytes)!["subject"]!);
    }

    [Theory]
    [InlineData(3_500)]
    [InlineData(100_000)]
    public async Task A_record_that_is_too_long_is_cut_to_4_KiB(int length)
    {
        string text = new('é', length);
        await using (var log = Log())
            log.Write(new AuditRecord(_time.GetUtcNow(), text, text, text, text, text, text, new JsonObject { ["text"] = text }));

        byte[] bytes = await File.ReadAllBytesAsync(Current, Cancel);
        Assert.InRange(bytes.Length, 1, 4_096);
        Assert.True((bool)JsonNode.Parse(bytes)!["cut"]!);
        Assert.True((await VerifyAsync()).Intact);
    }

    [Fact]
    public async Task The_chain_goes_on_after_a_restart_and_beside_another_process()
    {
        await WriteAsync(2);
        await using (var server = Log())
        await using (var command = Log())
        {
            for (int i = 0; i < 20; i++)
            {
                server.Write(Record(i));
                command.Write(Record(i));
                if (i % 3 == 0)
                    await server.FlushAsync(Cancel);
                if (i % 5 == 0)
                    await command.FlushAsync(Cancel);
            }
        }

        var report = await VerifyAsync();
        Assert.True(report.Intact);
        Assert.Equal((42, 42), (report.Records, report.LastSequence));
    }

    [Fact]
    public async Task A_line_torn_by_a_crash_is_cut_off_and_its_loss_written_down()
    {
        await WriteAsync(3);
        await File.AppendAllTextAsync(Current, "{\"seq\":4,\"time\":\"20", Cancel);
        var torn = await VerifyAsync();
        Assert.True(torn.Intact);
        Assert.Equal(19, torn.TornBytes);

        await WriteAsync(1);

        var lines = (await File.ReadAllLinesAsync(Current, Cancel)).Select(line => JsonNode.Parse(line)!).ToArray();
        Assert.Equal(5, lines.Length);
        Assert.Equal("recovered", (string)lines[3]["event"]!);
        Assert.Equal(19, (int)lines[3]["details"]!["torn_bytes"]!);
        Assert.True((await VerifyAsync()).Intact);
    }

    [Fact]
    public async Task A_crash_between_the_line_and_the_head_leaves_a_log_that_is_intact()
    {
        await WriteAsync(2);
        byte[] head = await File.ReadAllBytesAsync(Path.Combine(_directory, AuditHead.FileName), Cancel);
        await WriteAsync(2);
        await File.WriteAllBytesAsync(Path.Combine(_directory, AuditHead.FileName), head, Cancel);
        Assert.True((await VerifyAsync()).Intact);
        await WriteAsync(2);
        Assert.Equal(6, (await VerifyAsync()).LastSequence);
    }

    [Fact]
    public async Task A_full_file_is_set_aside_and_the_oldest_removed_and_the_chain_runs_through()
    {
        var options = new AuditOptions { MaxFileBytes = 1_000, MaxFiles = 2 };
        for (int i = 0; i < 10; i++)
            await WriteAsync(6, options);

        Assert.Equal(["audit.000008.jsonl", "audit.000009.jsonl", "audit.jsonl"], Directory.GetFiles(_directory, "*.jsonl").Select(Path.GetFileName).Order());
        var report = await VerifyAsync();
        Assert.True(report.Intact);
        Assert.True(report.FirstSequence > 1);
        Assert.Equal(69, report.LastSequence);
        string first = (await File.ReadAllLinesAsync(Current, Cancel))[0];
        Assert.Contains("\"removed\":\"audit.000007.jsonl\"", first, StringComparison.Ordinal);
    }

    [Fact]
    public async Task When_the_disk_is_full_calls_go_on_and_the_loss_stands_in_the_chain()
    {
        var disk = new FullDisk(Current);
        await using (var log = Log(open: disk.Open))
        {
            log.Write(Record(0));
            await log.FlushAsync(Cancel);
            disk.Room = 100;
            for (int i = 0; i < 5; i++)
            {
                log.Write(Record(i));
                await log.FlushAsync(Cancel);
            }

            Assert.Single(_troubles);
            Assert.Single(await File.ReadAllLinesAsync(Current, Cancel));
            disk.Room = long.MaxValue;
            log.Write(Record(9));
        }

        var lines = (await File.ReadAllLinesAsync(Current, Cancel)).Select(line => JsonNode.Parse(line)!).ToArray();
        Assert.Equal(["tool_call", "gap", "tool_call"], lines.Select(line => (string)line["event"]!));
        Assert.Equal("write_failed", (string)lines[1]["outcome"]!);
        Assert.Equal(5, (int)lines[1]["details"]!["lost"]!);
        Assert.True((await VerifyAsync()).Intact);
    }

    [Fact]
    public async Task When_the_queue_is_full_nobody_waits_and_the_loss_stands_in_the_chain()
    {
        using var held = new ManualResetEventSlim();
        using var opened = new ManualResetEventSlim();
        var disk = new FullDisk(Current);
        Stream Open(string path)
        {
            opened.Set();
            Assert.True(held.Wait(TimeSpan.FromSeconds(30)));
            return disk.Open(path);
        }

        await using (var log = Log(new AuditOptions { QueueRecords = 16 }, Open))
        {
            log.Write(Record(0));
            Assert.True(opened.Wait(TimeSpan.FromSeconds(30), Cancel));
            for (int i = 0; i < 100; i++)
                log.Write(Record(i));
            Assert.Single(_troubles);
            held.Set();
        }

        var lines = (await File.ReadAllLinesAsync(Current, Cancel)).Select(line => JsonNode.Parse(line)!).ToArray();
        var gap = Assert.Single(lines, line => (string)line["event"]! == "gap");
        Assert.Equal("queue_full", (string)gap["outcome"]!);

        // One was being written, sixteen waited, and the other 84 found no room.
        Assert.Equal(84, (int)gap["details"]!["lost"]!);
        Assert.Equal(18, lines.Length);
        Assert.True((await VerifyAsync()).Intact);
    }

    [Fact]
    public async Task A_record_is_written_without_anybody_asking()
    {
        await using var log = Log();
        log.Write(Record(0));
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        patience.CancelAfter(TimeSpan.FromSeconds(30));
        while ((await AuditVerifier.VerifyAsync(_directory, TimeProvider.System, patience.Token)).Records == 0)
            await Task.Yield();
    }

    [Fact]
    public async Task A_value_that_cannot_be_written_does_not_end_the_log()
    {
        await using (var log = Log())
        {
            log.Write(Record(0) with { Details = new JsonObject { ["x"] = double.NaN } });
            await log.FlushAsync(Cancel);
            log.Write(Record(1));
        }

        Assert.Equal(2, (await VerifyAsync()).Records);
    }

    [Fact]
    public async Task Waiting_records_are_written_when_the_log_ends()
    {
        await WriteAsync(5_000);
        Assert.Equal(5_000, (await VerifyAsync()).Records);
    }

    private AuditLog Log(AuditOptions? options = null, Func<string, Stream>? open = null) =>
        new(_directory, options ?? new AuditOptions(), _time, NullLogger<AuditLog>.Instance, _troubles.Add, open);

    private async Task WriteAsync(int records, AuditOptions? options = null)
    {
        await using var log = Log(options);
        for (int i = 0; i < records; i++)
            log.Write(Record(i));
    }

    private AuditRecord Record(int i) =>
        AuditRecord.ToolCall(_time.GetUtcNow(), "k1", "client-1", "debug/echo", "ok", i, new byte[32]);

    private Task<AuditReport> VerifyAsync() => AuditVerifier.VerifyAsync(_directory, TimeProvider.System, Cancel);

    /// <summary>A disk with only so much room: a write takes what fits, then fails, as Linux does.</summary>
    private sealed class FullDisk(string path)
    {
        public long Room { get; set; } = long.MaxValue;

        public Stream Open(string _) => new Bounded(this, path);

        private sealed class Bounded(FullDisk disk, string path) : FileStream(path, AuditChain.Options(FileMode.OpenOrCreate))
        {
            public override void Write(ReadOnlySpan<byte> buffer)
            {
                int fits = (int)Math.Min(buffer.Length, disk.Room);
                base.Write(buffer[..fits]);
                if (fits < buffer.Length)
                    throw new IOException("No space left on device");
            }
        }
    }
}
