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

    /// <summary>A full store says that it has taken what it has not.</summary>
    LosesWhenFull,

    /// <summary>Tools do not hear that they are to stop.</summary>
    HearsNoCancel,

    /// <summary>Time-outs go by a clock that is three times too fast.</summary>
    TimesOutEarly,

    /// <summary>Time-outs go by a clock that is three times too slow.</summary>
    TimesOutLate,

    /// <summary>Now and then a chunk is lost before it has its number.</summary>
    LosesChunks,

    /// <summary>The rate limit lets one message more on than it says.</summary>
    AdmitsOneMore,
}
