using System.Text;

namespace Patchbay.Tools.Workflow.Otlp;

/// <summary>The attributes the mapping asks for (OpenTelemetry semantic conventions), each with a slot. Those that name the workflow come from the settings.</summary>
internal sealed class KnownAttributes
{
    public const int ServiceName = 0;
    public const int ServiceVersion = 1;
    public const int RunId = 2;
    public const int TaskName = 3;
    public const int PipelineResult = 4;
    public const int TaskResult = 5;
    public const int WorkerName = 6;
    public const int ErrorType = 7;
    public const int ExceptionType = 8;
    public const int ExceptionMessage = 9;

    private static readonly string[] Fixed =
    [
        "service.name", "service.version", "cicd.pipeline.run.id", "cicd.pipeline.task.name", "cicd.pipeline.result", "cicd.pipeline.task.run.result",
        "cicd.worker.name", "error.type", "exception.type", "exception.message",
    ];

    private static readonly string[] DefaultWorkflow = ["cicd.pipeline.name", "gen_ai.workflow.name", "workflow.id"];

    private readonly byte[][] _keys;

    public KnownAttributes(IEnumerable<string> workflow)
    {
        var names = workflow.ToArray();
        _keys = [.. Fixed.Concat(names.Length == 0 ? DefaultWorkflow : names).Select(Encoding.UTF8.GetBytes)];
    }

    public int Count => _keys.Length;

    /// <summary>The slots that name the workflow, the first to win first.</summary>
    public IEnumerable<int> Workflow => Enumerable.Range(Fixed.Length, _keys.Length - Fixed.Length);

    /// <summary>The slot of a key, or -1.</summary>
    public int Find(ReadOnlySpan<byte> key)
    {
        for (var slot = 0; slot < _keys.Length; slot++)
        {
            if (key.SequenceEqual(_keys[slot]))
                return slot;
        }

        return -1;
    }
}
