using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;
using Patchbay.Protocol.Errors;
using Patchbay.Tools.Schema;
using Patchbay.Tools.Workflow.Analysis;
using Patchbay.Tools.Workflow.Storage;
using Patchbay.Tools.Workflow.Tools;

namespace Patchbay.Tools.Workflow.Tests.Testing;

/// <summary>The tools over a store of either kind, as a server has them.</summary>
internal sealed class WorkflowRoom : IDisposable
{
    private readonly string? _folder;

    public WorkflowRoom(string store = "memory", Action<WorkflowOptions>? configure = null)
    {
        var options = new WorkflowOptions();
        configure?.Invoke(options);
        Options = Microsoft.Extensions.Options.Options.Create(options);
        if (store == "sqlite")
        {
            _folder = Directory.CreateTempSubdirectory("workflow-").FullName;
            DatabasePath = Path.Combine(_folder, "workflow.db");
            Store = OpenSqlite();
        }
        else
        {
            Store = new MemoryWorkflowStore(StoreBounds.From(options), Clock);
        }
    }

    public ManualClock Clock { get; } = new();

    public IOptions<WorkflowOptions> Options { get; }

    public IWorkflowStore Store { get; private set; }

    public string? DatabasePath { get; }

    public WorkflowAnalyzer Analyzer => new(Store, Options, Clock);

    /// <summary>Closes the store and opens it again, as after the end of a process.</summary>
    public void Restart()
    {
        (Store as IDisposable)?.Dispose();
        Store = OpenSqlite();
    }

    public Task<JsonElement> AnalyzeAsync(object arguments) => SucceedAsync(new AnalyzeTool(Store, Analyzer, Clock), arguments);

    public Task<JsonElement> RecordAsync(object arguments) => SucceedAsync(new RecordTool(Store), arguments);

    public async Task<ProtocolError> FailToAnalyzeAsync(object arguments) => (await InvokeAsync(new AnalyzeTool(Store, Analyzer, Clock), arguments)).Error!;

    public void Dispose()
    {
        (Store as IDisposable)?.Dispose();
        if (_folder is not null)
            Directory.Delete(_folder, recursive: true);
    }

    private SqliteWorkflowStore OpenSqlite() => new(DatabasePath!, strict: false, StoreBounds.From(Options.Value), Clock);

    private static async Task<JsonElement> SucceedAsync(ITool tool, object arguments)
    {
        var result = await InvokeAsync(tool, arguments);
        Assert.Null(result.Error);
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
            result.WriteTo(writer);
        Assert.Null(JsonSchema.Compile(tool.Definition.OutputSchema!.Value).Check(buffer.ToArray()));
        return JsonDocument.Parse(buffer.ToArray()).RootElement;
    }

    private static async Task<ToolResult> InvokeAsync(ITool tool, object arguments)
    {
        var json = arguments as JsonNode ?? JsonSerializer.SerializeToNode(arguments)!;
        var utf8 = JsonSerializer.SerializeToUtf8Bytes(json);
        // As the server does: a tool is only called with what its schema lets pass.
        Assert.Null(JsonSchema.Compile(tool.Definition.InputSchema).Check(utf8));
        return await tool.InvokeAsync(utf8, new CallContext(), CancellationToken.None);
    }
}
