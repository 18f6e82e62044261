namespace Patchbay.Testing.Simulation;

/// <summary>A fault built in on purpose, to see that the checks find it.</summary>
public enum Flaw
{
    /// <summary>None: the product as it is.</summary>
    None,

    /// <summary>The disk says that it has committed what it has not.</summary>
    CommitsTooEarly,

    /// <summary>A crash takes the newest group that was committed.</summary>
    ForgetsCommitted,

    /// <summary>The store does not know executions that it has recorded.</summary>
    ForgetsExecutions,

    /// <summary>Now and then a numbered message does not get to the client.</summary>
    SkipsNumbers,

    /// <summary>Now and then a numbered message gets to the client twice.</summary>
    RepeatsNumbers,

    /// <summary>The buffer of a session is four times as large as it may be.</summary>
    KeepsTooMuch,
}
