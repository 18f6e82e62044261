using System.Diagnostics;

namespace Patchbay.EndToEnd.Tests.Telemetry;

/// <summary>Programs of the system that judge what the server says.</summary>
internal static class OutsideTool
{
    /// <summary>Runs a program to its end.</summary>
    public static async Task<(int ExitCode, string Output)> RunAsync(string program, string[] arguments, string input = "")
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync().Bounded();
        return (process.ExitCode, await output + await error);
    }

    /// <summary>Skips the test where a program is not installed.</summary>
    public static void Need(string program, string package)
    {
        var found = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Append("/usr/sbin").Append("/sbin").Any(folder => File.Exists(Path.Combine(folder, program)));
        Assert.SkipUnless(found, $"{program} is not installed (Debian package {package})");
    }
}
