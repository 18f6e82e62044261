namespace Patchbay.Testing;

/// <summary>Keeps what servers have let out, when <c>./test</c> asks for it: it is looked through for secrets when the whole run is over.</summary>
public static class KeptOutput
{
    /// <summary>Keeps texts of a suite.</summary>
    /// <param name="suite">Which.</param>
    /// <param name="texts">Where each text stood, and the text.</param>
    public static void Write(string suite, IEnumerable<(string Where, string Text)> texts)
    {
        if (Environment.GetEnvironmentVariable("PATCHBAY_EVIDENCE") is not { } directory)
            return;
        using var file = File.CreateText(Path.Combine(directory, $"{suite}-{Guid.NewGuid():n}.log"));
        foreach (var (where, text) in texts)
            file.WriteLine($"== {where}\n{text}");
    }

    /// <summary>Keeps what one server has written: its standard output, and the audit log in its data directory.</summary>
    public static void WriteServer(string suite, string output, string data) => Write(
        suite, [("standard output", output), .. Directory.GetFiles(data, "audit*").Select(file => (Path.GetFileName(file), File.ReadAllText(file)))]);
}
