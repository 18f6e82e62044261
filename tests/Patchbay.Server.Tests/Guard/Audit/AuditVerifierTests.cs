using Microsoft.Extensions.Logging.Abstractions;
using Patchbay.Server.Guard.Audit;

namespace Patchbay.Server.Tests.Guard.Audit;

public sealed class AuditVerifierTests : IDisposable
{
    private const int Lines = 30;

    private readonly ManualTime _time = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("patchbay-verify").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task A_log_that_nobody_touched_is_intact_across_its_files()
    {
        await MakeAsync();
        Assert.Contains(Path.Combine(_directory, "audit.000002.jsonl"), Directory.GetFiles(_directory));
        Assert.True((await VerifyAsync()).Intact);
    }

    [Fact]
    public async Task No_log_at_all_is_intact() => Assert.True((await VerifyAsync()).Intact);

    [Fact]
    public async Task Any_single_line_taken_away_is_found()
    {
        await EachLineAsync(_ => []);
    }

    [Fact]
    public async Task Any_single_line_changed_is_found()
    {
        await EachLineAsync(line => [line.Replace("\"ok\"", "\"no\"", StringComparison.Ordinal).Replace("rotated", "r0tated", StringComparison.Ordinal)]);
    }

    [Fact]
    public async Task Any_line_put_in_is_found()
    {
        await EachLineAsync(line => [line, line]);
        await EachLineAsync(line => [line, "{\"seq\":7}"]);
    }

    [Fact]
    public async Task Two_lines_that_changed_places_are_found()
    {
        await MakeAsync();
        string file = Path.Combine(_directory, AuditFiles.Current);
        string[] lines = await File.ReadAllLinesAsync(file, Cancel);
        (lines[1], lines[2]) = (lines[2], lines[1]);
        await File.WriteAllTextAsync(file, string.Join('\n', lines) + "\n", Cancel);
        Assert.False((await VerifyAsync()).Intact);
    }

    [Theory]
    [InlineData("audit.000001.jsonl")]
    [InlineData("audit.000002.jsonl")]
    [InlineData("audit.jsonl")]
    [InlineData("audit.head")]
    public async Task A_file_taken_away_is_found(string name)
    {
        await MakeAsync();
        File.Delete(Path.Combine(_directory, name));
        Assert.False((await VerifyAsync()).Intact);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_done_to_the_end_while_nobody_wrote_stays_visible_after_more_was_written(bool changed)
    {
        await MakeAsync();
        string file = Path.Combine(_directory, AuditFiles.Current);
        string[] lines = await File.ReadAllLinesAsync(file, Cancel);
        if (changed)
            lines[^1] = lines[^1].Replace("\"ok\"", "\"no\"", StringComparison.Ordinal);
        else
            lines = lines[..^1];
        await File.WriteAllTextAsync(file, string.Join('\n', lines) + "\n", Cancel);

        await WriteAsync(5, new AuditOptions());

        Assert.False((await VerifyAsync()).Intact);
    }

    [Fact]
    public async Task A_million_bytes_without_an_end_are_a_fault_and_not_a_hang()
    {
        await MakeAsync();
        await File.AppendAllTextAsync(Path.Combine(_directory, "audit.000001.jsonl"), new string('x', 1_000_000), Cancel);
        Assert.Contains((await VerifyAsync()).Faults, fault => fault.File == "audit.000001.jsonl");
    }

    [Fact]
    public async Task It_reads_beside_a_server_that_writes()
    {
        await using var log = new AuditLog(_directory, new AuditOptions { MaxFileBytes = 3_000 }, _time, NullLogger<AuditLog>.Instance);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var writing = Task.Run(async () =>
        {
            for (int i = 0; !stop.IsCancellationRequested && i < 100_000; i++)
            {
                log.Write(Record());
                if (i % 10 == 0)
                    await log.FlushAsync(Cancel);
            }
        }, Cancel);
        for (int i = 0; i < 20; i++)
            Assert.Empty((await VerifyAsync()).Faults);
        await stop.CancelAsync();
        await writing;
    }

    // Every line of every file in turn; the whole log is made anew for each.
    private async Task EachLineAsync(Func<string, string[]> change)
    {
        await MakeAsync();
        var originals = Directory.GetFiles(_directory).ToDictionary(path => path, File.ReadAllBytes);
        foreach (string path in originals.Keys.Where(path => path.EndsWith(".jsonl", StringComparison.Ordinal)))
        {
            string[] lines = await File.ReadAllLinesAsync(path, Cancel);
            for (int i = 0; i < lines.Length; i++)
            {
                string[] after = [.. lines[..i], .. change(lines[i]), .. lines[(i + 1)..]];
                await File.WriteAllTextAsync(path, string.Concat(after.Select(line => line + "\n")), Cancel);
                Assert.False((await VerifyAsync()).Intact, $"{Path.GetFileName(path)} line {i + 1}");
            }

            await File.WriteAllBytesAsync(path, originals[path], Cancel);
        }

        Assert.True((await VerifyAsync()).Intact);
    }

    private async Task MakeAsync()
    {
        foreach (string path in Directory.GetFiles(_directory))
            File.Delete(path);
        for (int i = 0; i < Lines / 3; i++)
            await WriteAsync(3, new AuditOptions { MaxFileBytes = 2_500 });
    }

    private async Task WriteAsync(int records, AuditOptions options)
    {
        await using var log = new AuditLog(_directory, options, _time, NullLogger<AuditLog>.Instance);
        for (int i = 0; i < records; i++)
            log.Write(Record());
    }

    private AuditRecord Record() => AuditRecord.KeyUsed(_time.GetUtcNow(), "k1", "192.0.2.1", "/api/mcp/ws");

    private Task<AuditReport> VerifyAsync() => AuditVerifier.VerifyAsync(_directory, TimeProvider.System, Cancel);
}
