using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Patchbay.EndToEnd.Tests.Servers;

/// <summary>The executable, started as users start it.</summary>
internal static class HostProgram
{
    /// <summary>Where it is.</summary>
    public static string Path { get; } = Repository.At("src", "Patchbay.Host", "bin", "Release", "net10.0", "Patchbay.Host.dll");

    /// <summary>Starts it with a data directory and settings from the environment.</summary>
    public static Process Start(string data, IEnumerable<(string Name, string Value)> environment, params string[] arguments) =>
        Process.Start(Info(data, environment, arguments))!;

    /// <summary>How it is started.</summary>
    public static ProcessStartInfo Info(string data, IEnumerable<(string Name, string Value)> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = data, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path);
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["Patchbay__DataDirectory"] = data;
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        return start;
    }

    /// <summary>Runs one of the operator's commands.</summary>
    public static async Task<OperatorOutcome> RunAsync(string data, params string[] arguments)
    {
        using var process = Start(data, [], arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().Bounded();
        Evidence.Keep($"error of {arguments[0]} {arguments[1]}", await error);
        // A secret is shown by these two, once.
        if (arguments is not ["keys", "create" or "rotate", ..])
            Evidence.Keep($"output of {arguments[0]} {arguments[1]}", await output);
        return new OperatorOutcome(process.ExitCode, await output, await error);
    }

    /// <summary>Makes a key with the operator's command; it is noted as a secret.</summary>
    public static async Task<(string Id, string Key)> CreateKeyAsync(string data, params string[] options)
    {
        var made = await RunAsync(data, ["keys", "create", "--json", .. options]);
        Assert.True(made.ExitCode == 0, made.Error);
        return ((string)made.Json["id"]!, Evidence.Secret((string)made.Json["key"]!, "a key"));
    }
}

/// <summary>What a command came to.</summary>
internal sealed record OperatorOutcome(int ExitCode, string Output, string Error)
{
    public JsonNode Json => JsonNode.Parse(Output)!;
}
