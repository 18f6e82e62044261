using System.Diagnostics;

namespace Patchbay.Load;

/// <summary>A server in a process of its own: Patchbay with its limits raised, or the bare echo.</summary>
internal sealed class Target : IDisposable
{
    public const string Key = "load-program-key-0123456789";

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly ProcessStartInfo _start;
    private Process _process;
    private readonly string? _directory;

    private Target(string name, ProcessStartInfo start, Process process, Uri url, string? directory)
    {
        Name = name;
        _start = start;
        _process = process;
        Url = url;
        _directory = directory;
    }

    public string Name { get; }

    public Uri Url { get; private set; }

    /// <summary>Whether clients present a key and speak the contract.</summary>
    public bool IsPatchbay => _directory is not null;

    public TimeSpan Cpu => ProcessFigures.Cpu(_process.Id);

    public long Resident => ProcessFigures.Resident(_process.Id);

    /// <summary>Starts Patchbay.</summary>
    /// <param name="name">What it is called in tables.</param>
    /// <param name="assembly">Path of <c>Patchbay.Host.dll</c>.</param>
    /// <param name="settings">Further settings.</param>
    public static Target StartPatchbay(string name, string assembly, params (string Name, string Value)[] settings) =>
        StartPatchbay(name, new ProcessStartInfo("dotnet", Arguments(assembly)), settings);

    /// <summary>Starts Patchbay where it has the first core only (taskset(1)).</summary>
    public static Target StartPatchbayOnOneCore(string name, string assembly) =>
        StartPatchbay(name, new ProcessStartInfo("taskset", ["--cpu-list", "0", "dotnet", .. Arguments(assembly)]), []);

    private static string[] Arguments(string assembly) => [assembly, "--urls", "http://127.0.0.1:0"];

    private static Target StartPatchbay(string name, ProcessStartInfo start, (string Name, string Value)[] settings)
    {
        var directory = Directory.CreateTempSubdirectory("patchbay-load-").FullName;
        (string Name, string Value)[] raised =
        [
            ("PATCHBAY_API_KEY", Key),
            ("Patchbay__DataDirectory", directory),
            ("Patchbay__DebugTools", "true"),
            ("Patchbay__RateLimit__MessagesPerMinute", "1000000000"),
            ("Patchbay__Limits__ConnectionsPerKey", "1000000000"),
            ("Patchbay__Limits__ConnectionsPerAddress", "1000000000"),
            ("Patchbay__Limits__HandshakesPerMinutePerAddress", "1000000000"),
            ("Patchbay__Store__Kind", "memory"),
            .. settings,
        ];
        foreach (var (setting, value) in raised)
            start.Environment[setting] = value;
        var (process, url) = Start(start, "Patchbay listens on ");
        return new Target(name, start, process, new Uri(url, "/api/mcp/ws"), directory);
    }

    /// <summary>Starts the bare echo: this program again.</summary>
    public static Target StartEcho(string name)
    {
        var start = Self("--echo");
        var (process, url) = Start(start, "Echo listens on ");
        return new Target(name, start, process, new Uri(url, "/echo"), null);
    }

    /// <summary>This program with other arguments.</summary>
    public static ProcessStartInfo Self(params string[] arguments) => new("dotnet", [typeof(Target).Assembly.Location, .. arguments]);

    public Connection Connect() => Connection.Open(Url, IsPatchbay ? Key : null);

    /// <summary>Kills Patchbay and starts it again on the same data, at another address.</summary>
    public void Restart()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        (_process, var url) = Start(_start, "Patchbay listens on ");
        Url = new Uri(url, "/api/mcp/ws");
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        if (_directory is not null)
            Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Starts a process and waits for the line that begins so; what follows is its address.</summary>
    private static (Process Process, Uri Url) Start(ProcessStartInfo start, string line)
    {
        start.RedirectStandardOutput = true;
        var process = Process.Start(start)!;
        var found = new TaskCompletionSource<Uri>();
        // It goes on reading: a full pipe would stop the server.
        process.OutputDataReceived += (_, output) =>
        {
            if (output.Data is null)
                found.TrySetException(new IOException("The server ended before it listened."));
            else if (output.Data.StartsWith(line, StringComparison.Ordinal))
                found.TrySetResult(new Uri(output.Data[line.Length..]));
        };
        process.BeginOutputReadLine();
        try
        {
            if (!found.Task.Wait(StartTimeout))
                throw new TimeoutException("The server did not listen in time.");
            return (process, found.Task.Result);
        }
        catch
        {
            process.Kill();
            throw;
        }
    }
}
