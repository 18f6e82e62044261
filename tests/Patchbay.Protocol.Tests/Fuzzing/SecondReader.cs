using System.Diagnostics;
using System.Text.Json.Nodes;
using Patchbay.Testing;

namespace Patchbay.Protocol.Tests.Fuzzing;

/// <summary>The second reading of the contract, on Python's JSON parser: one process for all texts.</summary>
internal static class SecondReader
{
    /// <summary>Judges texts, in order.</summary>
    public static async Task<IReadOnlyList<JsonObject>> JudgeAsync(IReadOnlyList<byte[]> texts)
    {
        var script = Repository.At("tests", "Patchbay.Protocol.Tests", "Fuzzing", "judge_lines.py");
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", [script]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        var writing = Task.Run(async () =>
        {
            foreach (var text in texts)
                await python.StandardInput.WriteLineAsync(Convert.ToBase64String(text));
            python.StandardInput.Close();
        });
        var verdicts = new List<JsonObject>(texts.Count);
        while (await python.StandardOutput.ReadLineAsync() is { } line)
            verdicts.Add(JsonNode.Parse(line)!.AsObject());
        await writing;
        await python.WaitForExitAsync();
        return verdicts;
    }
}
