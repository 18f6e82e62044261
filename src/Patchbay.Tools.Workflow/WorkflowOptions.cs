using System.ComponentModel.DataAnnotations;

namespace Patchbay.Tools.Workflow;

/// <summary>Settings of the workflow tools, section <c>Patchbay:Workflow</c>. A value out of range stops the start.</summary>
public sealed class WorkflowOptions
{
    /// <summary>The section these settings are bound to.</summary>
    public const string Section = "Patchbay:Workflow";

    /// <summary>Where executions are kept: <c>sqlite</c> or <c>memory</c>.</summary>
    /// <value>The default is that of <c>Patchbay:Store:Kind</c>, which is <c>sqlite</c>.</value>
    [AllowedValues("sqlite", "memory", ErrorMessage = "Patchbay:Workflow:Store must be sqlite or memory; unless it is set, it is what Patchbay:Store:Kind says.")]
    public string Store { get; set; } = "sqlite";

    /// <summary>The database file of the store <c>sqlite</c>.</summary>
    /// <value>The default is <c>workflow.db</c> in <c>Patchbay:DataDirectory</c> (<c>data</c>).</value>
    [Required(AllowEmptyStrings = false)]
    public string DatabasePath { get; set; } = Path.Combine("data", "workflow.db");

    /// <summary>Whether what was recorded survives a loss of power, and not only the end of the process. Slower: every batch waits for the disk.</summary>
    /// <value>The default is true when <c>Patchbay:Store:Durability</c> is <c>strict</c>, else false.</value>
    public bool Strict { get; set; }

    /// <summary>How many workflows may be known.</summary>
    /// <value>1 to 100,000; the default is 1,000.</value>
    [Range(1, 100_000)]
    public int MaxWorkflows { get; set; } = 1_000;

    /// <summary>How many executions of a workflow are kept; beyond, the one not heard of for the longest time is dropped and counted.</summary>
    /// <value>1 to 10,000,000; the default is 200,000.</value>
    [Range(1, 10_000_000)]
    public int MaxExecutionsPerWorkflow { get; set; } = 200_000;

    /// <summary>How many steps of a workflow are kept.</summary>
    /// <value>1 to 100,000,000, not less than <see cref="MaxStepsPerExecution"/>; the default is 2,000,000.</value>
    [Range(1, 100_000_000)]
    public int MaxStepsPerWorkflow { get; set; } = 2_000_000;

    /// <summary>How many steps one execution may have; further ones are refused and counted.</summary>
    /// <value>1 to 1,000,000; the default is 100,000.</value>
    [Range(1, 1_000_000)]
    public int MaxStepsPerExecution { get; set; } = 100_000;

    /// <summary>Days after which an execution that was not heard of any more is dropped. Counted from receipt, so that old logs can be imported.</summary>
    /// <value>1 to 3,650; the default is 30.</value>
    [Range(1, 3_650)]
    public int MaxAgeDays { get; set; } = 30;

    /// <summary>Seconds without a further span after which a trace counts as complete.</summary>
    /// <value>0 to 3,600; the default is 5.</value>
    [Range(0, 3_600)]
    public int QuietPeriodSeconds { get; set; } = 5;

    /// <summary>Seconds without a further span after which a trace whose root never came is analysed under its earliest span.</summary>
    /// <value>1 to 86,400; the default is 60.</value>
    [Range(1, 86_400)]
    public int RootPatienceSeconds { get; set; } = 60;

    /// <summary>The largest body at <c>/v1/traces</c> in bytes, before and after decompression.</summary>
    /// <value>1,024 to 1,073,741,824; the default is 67,108,864 (64 MiB).</value>
    [Range(1_024, 1_073_741_824)]
    public int MaxBodyBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>How many bodies are received at a time; a further one is answered 503 with <c>Retry-After</c>.</summary>
    /// <value>1 to 1,024; the default is 8.</value>
    [Range(1, 1_024)]
    public int MaxConcurrentBodies { get; set; } = 8;

    /// <summary>How much a step may end after its successor's start and still count as before it, in percent of the enclosing step: room for clocks that disagree.</summary>
    /// <value>0 to 10; the default is 0, off.</value>
    [Range(0.0, 10.0)]
    public double OverlapTolerancePercent { get; set; }

    /// <summary>Attributes of a root span or its resource that name the workflow, the first found wins; without any it is service name and span name.</summary>
    /// <value>The default is <c>cicd.pipeline.name</c>, <c>gen_ai.workflow.name</c>, <c>workflow.id</c>.</value>
    [Length(0, 16)]
    public IList<string> WorkflowAttributes { get; } = [];

    /// <summary>Whether the server records its own sessions and tool calls as the workflow <c>patchbay.sessions</c>.</summary>
    /// <value>The default is true.</value>
    public bool RecordOwnSessions { get; set; } = true;
}
