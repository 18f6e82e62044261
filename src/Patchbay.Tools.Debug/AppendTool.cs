using System.ComponentModel.DataAnnotations;
using System.Text;

namespace Patchbay.Tools.Debug;

internal sealed record AppendArguments([property: StringLength(65_536)] string Line, [property: Range(0, 600_000)] int Ms = 0);

internal sealed record AppendResult(bool Appended);

/// <summary><c>debug/append</c>: appends a line to <c>debug.log</c>; the one debug tool that changes something.</summary>
internal sealed class AppendTool(string directory, TimeProvider time) : Tool<AppendArguments, AppendResult>
{
    private readonly string _path = Path.Combine(directory, "debug.log");
    private readonly Lock _lock = new();

    public override ToolDefinition Definition { get; } =
        DebugTool.Define("debug/append", "Append", "Waits ms milliseconds, then appends the line to debug.log in the data directory.", InputSchema, OutputSchema) with { Annotations = default };

    protected override async ValueTask<ToolResult<AppendResult>> RunAsync(AppendArguments arguments, ToolContext context, CancellationToken cancellationToken)
    {
        if (arguments.Ms > 0)
            await Task.Delay(TimeSpan.FromMilliseconds(arguments.Ms), time, cancellationToken).ConfigureAwait(false);
        var line = Encoding.UTF8.GetBytes(arguments.Line + "\n");
        lock (_lock)
        {
            // One write of the whole line: a reader, or a crash, never sees half of it.
            using var file = File.OpenHandle(_path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
            RandomAccess.Write(file, line, RandomAccess.GetLength(file));
        }

        return new AppendResult(true);
    }
}
