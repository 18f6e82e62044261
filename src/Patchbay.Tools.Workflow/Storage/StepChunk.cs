namespace Patchbay.Tools.Workflow.Storage;

/// <summary>Some steps of one execution, packed. Attributes lie apart, because the analysis of many executions does not read them.</summary>
/// <param name="Count">How many steps.</param>
/// <param name="Steps">The steps without their attributes.</param>
/// <param name="Attributes">The attributes in the same order; empty when no step has any.</param>
public readonly record struct StepChunk(int Count, ReadOnlyMemory<byte> Steps, ReadOnlyMemory<byte> Attributes);
