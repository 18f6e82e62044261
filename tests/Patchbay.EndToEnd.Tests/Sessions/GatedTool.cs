using System.Text.Json.Nodes;
using Patchbay.Tools;

namespace Patchbay.EndToEnd.Tests.Sessions;

/// <summary>A tool that counts its runs, reports progress and ends when it is let.</summary>
internal sealed class GatedTool
{
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _runs;

    public GatedTool(TestServer server, int progress = 0) => server.Tools.Register(Tool.Create<JsonObject, JsonObject>(
        "test/gated", "Ends when it is let.", async (_, context, cancellationToken) =>
        {
            Token = cancellationToken;
            var run = Interlocked.Increment(ref _runs);
            for (var i = 1; i <= progress; i++)
                context.ReportProgress(i, progress);
            IsAtGate = true;
            await _gate.Task.WaitAsync(cancellationToken);
            return new JsonObject { ["run"] = run };
        }));

    public int Runs => Volatile.Read(ref _runs);

    /// <summary>Whether a run has told all its progress and waits.</summary>
    public bool IsAtGate { get; private set; }

    /// <summary>Of the newest run.</summary>
    public CancellationToken Token { get; private set; }

    public void Open() => _gate.TrySetResult();
}
